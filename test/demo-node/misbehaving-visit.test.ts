import { expect, test } from 'vitest';
import { RawV2 } from '../../bridge/demo-node/misbehaviour/raw-v2.js';
import { Visit } from '../../bridge/demo-node/misbehaviour/visit.js';
import { systemRandom } from '../../shared/random.js';
import { listen, rawSocket } from '../node/meeting.js';
import { FakeClock } from '../peer/fake-clock.js';

const PINGS = 10_000;
const NOTHING = new Uint8Array(0);

test('a visitor that leaves its answers unread is read no further, and answered in full once it reads', async () => {
  const listener = await listen();
  const arriving = listener.next();
  const visitor = new RawV2(await rawSocket(listener.port), 'initiator');
  const socket = await arriving;
  const visit = new Visit(socket, { name: 'test', clock: new FakeClock(), random: systemRandom });
  const node = visit.raw();
  await Promise.all([
    visitor.handshake().then(() => visitor.negotiate()),
    node.handshake().then(() => visit.negotiate(node)),
  ]);
  // As if the system's buffers were full.
  socket.cork();
  // Without a nonce, as nobody sends it: an answer without a payload costs as much as another.
  for (let i = 0; i < PINGS; i++) void visitor.sayRaw('ping', NOTHING);
  const all = () => node.bytesReceived === visitor.bytesSent;
  while (!socket.isPaused() && !all()) await new Promise((resolve) => setImmediate(resolve));
  expect(all()).toBe(false);
  socket.uncork();
  await visitor.hear('pong', PINGS);
  expect(socket.isPaused()).toBe(false);
});
