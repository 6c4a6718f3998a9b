/** The baseline: a TCP proxy as anyone writes it with Node. Its argument is the node's port. */
import { connect, createServer } from 'node:net';
import process from 'node:process';

const port = Number(process.argv[2]);
const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const node = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
  client.on('error', () => node.destroy()).on('close', () => node.destroy());
  node.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.pipe(node).pipe(client);
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit());
