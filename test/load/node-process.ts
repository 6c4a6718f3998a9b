/**
 * The node that tunnels lead to. A connection's first nine bytes say what it does, a letter and a big-endian length:
 * D sends so many bytes; U takes so many, then answers one byte; E sends back what comes; F sends without end;
 * N never reads; C sends so many and closes; R resets the connection.
 */
import { createServer, type Socket } from 'node:net';
import process from 'node:process';

const CHUNK = Buffer.alloc(1 << 16, 0x5a);

function send(socket: Socket, length: number): void {
  let left = length;
  const pump = () => {
    while (left > 0 && !socket.destroyed) {
      const piece = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= piece.length;
      if (!socket.write(piece)) return void socket.once('drain', pump);
    }
  };
  pump();
}

function take(socket: Socket, length: number, first: number): void {
  let got = first;
  const check = () => got >= length && socket.write('.');
  socket.on('data', (chunk) => {
    got += chunk.length;
    check();
  });
  check();
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    if (head.length < 9) return;
    socket.removeListener('data', onData);
    const length = Number(head.readBigUInt64BE(1));
    const rest = head.subarray(9);
    switch (String.fromCharCode(head[0]!)) {
      case 'D':
        socket.resume();
        return send(socket, length);
      case 'U':
        return take(socket, length, rest.length);
      case 'E':
        if (rest.length > 0) socket.write(rest);
        return void socket.pipe(socket);
      case 'F':
        socket.resume();
        return send(socket, Infinity);
      case 'N':
        return void socket.pause();
      case 'C':
        return void socket.end(Buffer.alloc(length));
      case 'R':
        return void socket.resetAndDestroy();
      default:
        socket.destroy();
    }
  };
  socket.on('data', onData);
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit());
