import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A relay in front of a node that keeps every byte of both directions: what anybody on the way could read. */
export interface Tap {
  readonly port: number;
  /** Bytes towards the node, and from it, of all connections so far. */
  toNode(): Buffer;
  fromNode(): Buffer;
  close(): Promise<void>;
}

export async function tap(nodePort: number): Promise<Tap> {
  const captured = { toNode: [] as Buffer[], fromNode: [] as Buffer[] };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const node = connect(nodePort, '127.0.0.1');
    for (const [from, to, kept] of [
      [client, node, captured.toNode],
      [node, client, captured.fromNode],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        kept.push(chunk);
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    toNode: () => Buffer.concat(captured.toNode),
    fromNode: () => Buffer.concat(captured.fromNode),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What no captured stream may hold: message types, user agents, magics, in any form that a plaintext has. */
export const plaintextMarks: Buffer[] = [
  ...[
    'version',
    'verack',
    'wtxidrelay',
    'sendaddrv2',
    'sendcmpct',
    'getheaders',
    'feefilter',
    'Peerglass',
    'Knots',
    'Satoshi',
  ].map((word) => Buffer.from(word)),
  Buffer.from('fabfb5da', 'hex'),
];
