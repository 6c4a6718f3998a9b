/** Bytes exact both ways, in whatever pieces they come and whenever somebody pauses or closes; the sockets are real. */
import fc from 'fast-check';
import { once } from 'node:events';
import { type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { encodeControl } from '../../shared/tunnel/index.js';
import { bridgeWith, clientOf, pattern, tcpServer, tunnelAddress, until } from './support.js';

type Step =
  | { readonly send: number }
  /** Turns of the event loop in which this side does not read. */
  | { readonly pause: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        send: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200_000 })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ pause: fc.integer({ min: 1, max: 20 }) }) },
  ),
  { maxLength: 24 },
);

interface Side {
  pause(): unknown;
  resume(): unknown;
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Plays a schedule. @returns all that was sent */
async function play(schedule: readonly Step[], side: Side, send: (bytes: Buffer) => void): Promise<Buffer> {
  const sent: Buffer[] = [];
  let at = 0;
  for (const step of schedule) {
    if ('send' in step) {
      const bytes = pattern(at + step.send + 8).subarray(at, at + step.send);
      at += step.send;
      send(bytes);
      sent.push(bytes);
      await turns(1);
    } else {
      side.pause();
      await turns(step.pause);
      side.resume();
    }
  }
  return Buffer.concat(sent);
}

test('nothing is lost, doubled or out of order; what was sent before the end arrives before it', async () => {
  const server = await tcpServer();
  // A small budget, so that marks are reached.
  const bridge = await bridgeWith(['--allow', `127.0.0.1:${server.port}`, '--max-buffered-mib', '1']);
  await fc.assert(
    fc.asyncProperty(
      steps,
      steps,
      fc.constantFrom('node', 'client'),
      fc.option(fc.integer({ min: 1, max: 100_000 })),
      fc.boolean(),
      async (down, up, closer, credit, early) => {
        const accepted = server.accepted();
        const client = clientOf(tunnelAddress(bridge, server), {}, credit === null ? [] : undefined);
        await (early ? once(client.ws, 'open') : client.connected);
        if (credit !== null) {
          // Grants what it took, in its own small pieces.
          const grant = (bytes: number) => client.ws.send(encodeControl({ type: 'credit', bytes }));
          client.ws.on('message', (data: Buffer, isBinary) => {
            if (isBinary && client.ws.readyState === client.ws.OPEN) grant(data.length);
          });
          grant(credit);
        }
        const upload = play(up, client.ws, (bytes) => client.ws.send(bytes));
        const node: Socket = await accepted;
        const atNode: Buffer[] = [];
        node.on('data', (chunk: Buffer) => atNode.push(chunk));
        const ended = once(node, 'end');
        const sentDown = await play(down, node, (bytes) => node.write(bytes));
        const sentUp = await upload;
        if (closer === 'node') {
          // What the client sent is there before the node ends; then nothing of the node’s may be lost.
          await until(() => atNode.reduce((sum, { length }) => sum + length, 0) === sentUp.length);
          node.end();
          const { code, received } = await client.closed;
          expect(code).toBe(4000);
          expect(received.equals(sentDown)).toBe(true);
        } else {
          await client.bytes(sentDown.length);
          client.ws.close();
          const { received } = await client.closed;
          expect(received.equals(sentDown)).toBe(true);
        }
        await ended;
        expect(Buffer.concat(atNode).equals(sentUp)).toBe(true);
        node.end();
        await until(() => bridge.stats().tunnels === 0);
        expect(bridge.stats().bufferedBytes).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
