/** One stream against a peer: negotiation, decoders and the session's logic, on a fake clock. */
import { V2Transport, type Role } from '../../shared/bip324/index.js';
import { concatBytes } from '../../shared/bytes.js';
import { Peer, V1Transport, type PeerEnd, type PeerEvent, type PeerState } from '../../shared/peer/index.js';
import { FakeClock } from '../peer/fake-clock.js';
import { engineWith, ourPairs } from './engine.js';
import { must } from './invariants.js';
import { cut } from './mutate.js';
import { type Rng } from './rng.js';
import { makeStream, type Stream } from './streams.js';
import { network } from './v2-stream.js';

export interface PeerTarget {
  readonly protocol: 'v1' | 'v2';
  readonly role: Role;
  /** A v2 responder that serves v1 too. */
  readonly acceptV1?: boolean;
}

/** Longer than all time limits of a session that nobody answers. */
const LONG_MS = 10 * 60_000;
const GARBAGE = 20;

/** @returns how the session ended */
export async function fuzzPeer(
  target: PeerTarget,
  rng: Rng,
): Promise<{ kind: Stream['kind']; outcome: string }> {
  const { protocol, role, acceptV1 } = target;
  const pair = rng.pick(ourPairs);
  // A responder that serves v1 hears v1 as often as v2.
  const spoken = acceptV1 === true && rng.oneIn(2) ? 'v1' : protocol;
  const stream = makeStream({ protocol: spoken, role, pair, messages: 12 }, rng);
  const clock = new FakeClock();
  const watch = new Watch();
  const far = farEnd();
  const random = (length: number) => rng.bytes(length);
  const peer = new Peer({
    role,
    transport:
      protocol === 'v1'
        ? V1Transport[role]({ network })
        : V2Transport[role]({ network, garbage: GARBAGE, engine: engineWith(pair, rng), random }),
    ...(acceptV1 === true && { acceptV1: () => V1Transport.responder({ network }) }),
    duplex: far.duplex,
    clock,
    random,
    onEvent: (event) => watch.take(event),
  });
  const reading = rng.oneIn(3) ? consume(peer) : undefined;
  let received = 0;
  for (const chunk of cut(concatBytes(...stream.pieces), rng)) {
    received += chunk.length;
    far.send(chunk);
    if (rng.oneIn(10)) await turn();
    if (rng.oneIn(50)) clock.advance(rng.skewed(30_000));
  }
  await turn();
  // Half of them hang up, the others fall silent.
  if (rng.oneIn(2)) far.hangUp();
  await turn();
  for (let silence = 0; silence < 4; silence++) {
    clock.advance(LONG_MS);
    await turn();
  }

  must(watch.end !== undefined, `the session goes on for ever, ${peer.state}`);
  must(clock.timers === 0, `${clock.timers} timers are left`);
  must(far.closed, 'the duplex was not closed');
  must(peer.bytesReceived <= received, 'more was received than came');
  // Answers are no larger than what they answer; the rest is our handshake and a ping or two.
  must(far.received <= 2000 + 2 * received, `${far.received} bytes of output for ${received}`);
  await Promise.all([peer.ended, peer.ready.catch(() => {}), reading]);
  return { kind: stream.kind, outcome: outcomeOf(watch.end) };
}

function outcomeOf(end: PeerEnd): string {
  if (end.state === 'closed') return `closed by ${end.by}`;
  const { error } = end;
  // The duplex never fails here: what the session caught was an error of its own.
  if (error.code === 'connection-lost') throw error.cause;
  return error.code === 'transport' ? error.error.code : error.code;
}

async function consume(peer: Peer): Promise<void> {
  for await (const { payload } of peer) must(payload.length >= 0, 'a message without a payload');
}

/** Everything that can happen without time passing happens: streams and promises need no more than a turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const order: readonly PeerState[] = ['handshaking', 'negotiating', 'ready', 'closed', 'failed'];

class Watch {
  end: PeerEnd | undefined;
  #state: PeerState = 'handshaking';

  take(event: PeerEvent): void {
    must(this.end === undefined, `${event.type} after the end`);
    if (event.type === 'end') this.end = event.end;
    if (event.type !== 'state') return;
    must(event.previous === this.#state, `from ${event.previous}, which was ${this.#state}`);
    must(order.indexOf(event.state) > order.indexOf(event.previous), `${event.previous} to ${event.state}`);
    this.#state = event.state;
  }
}

/** The far end of a connection in memory: what it sends waits there, what it gets is counted. */
function farEnd() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let open = true;
  const end = {
    received: 0,
    closed: false,
    duplex: {
      readable: new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) }),
      writable: new WritableStream<Uint8Array>({ write: (chunk) => void (end.received += chunk.length) }),
      close: () => {
        end.closed = true;
        end.hangUp();
      },
    },
    send(chunk: Uint8Array) {
      if (open) controller.enqueue(chunk);
    },
    hangUp() {
      if (open) controller.close();
      open = false;
    },
  };
  return end;
}
