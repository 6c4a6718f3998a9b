/** Streams by number: what each is made of, what it is thrown at, and what is counted. */
import { fuzzCodec } from './codecs.js';
import { fuzzEngines } from './engines.js';
import { HeldMemory } from './memory.js';
import { fuzzPeer, type PeerTarget } from './peers.js';
import { Rng } from './rng.js';
import { fuzzTransport, type TransportTarget } from './transports.js';

/** Each has one in so many streams. */
const transports: readonly TransportTarget[] = [
  { protocol: 'v2', role: 'initiator' },
  { protocol: 'v2', role: 'responder' },
  { protocol: 'v1', role: 'initiator' },
  { protocol: 'v1', role: 'responder' },
];
const peers: readonly PeerTarget[] = [
  { protocol: 'v2', role: 'initiator' },
  { protocol: 'v2', role: 'responder' },
  { protocol: 'v2', role: 'responder', acceptV1: true },
  { protocol: 'v1', role: 'initiator' },
];

export interface Plan {
  readonly seed: number;
  /** The number of the first, and how far it is to the next: workers share the numbers out. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
  /** Message payloads for the codecs, beside each stream. */
  readonly payloads: number;
  /** Payloads for the codecs alone, and no streams: `payloads` for each number. */
  readonly only?: 'codecs';
}

/** How often each outcome was, by target: 'v2 responder' → 'packet-too-large' → 12. */
export type Tally = Record<string, Record<string, number>>;

/** A stream that broke an invariant, and how to have it again. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(seed: number, number: number, target: string, cause: unknown) {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(
      `${target}: ${what}\nHave it again: PEERGLASS_FUZZ=${seed}:${number} npx vitest run test/fuzz\n(what takes many streams, as memory does: npm run fuzz -- --seed ${seed})`,
    );
  }
}

/** @param progress is told the number of each stream before it runs */
export async function runStreams(plan: Plan, progress: (number: number) => void = () => {}): Promise<Tally> {
  const tally: Tally = {};
  const memory = new HeldMemory();
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);
  try {
    for (let i = 0; i < plan.count; i++) {
      const number = plan.first + i * plan.step;
      progress(number);
      await runStream(plan, number, tally, memory);
      if (rejections.length > 0)
        throw new FuzzFailure(plan.seed, number, 'a rejection that nobody handled', rejections[0]);
    }
    memory.settle();
    return tally;
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}

async function runStream(
  { seed, payloads, only }: Plan,
  number: number,
  tally: Tally,
  memory: HeldMemory,
): Promise<void> {
  const rng = new Rng(seed, number);
  let name = '';
  const count = (outcome: string) => {
    const row = (tally[name] ??= {});
    row[outcome] = (row[outcome] ?? 0) + 1;
  };
  const failed = (cause: unknown) => new FuzzFailure(seed, number, name, cause);
  try {
    if (only === 'codecs') {
      // Nothing beside them.
    } else if (rng.oneIn(16)) {
      name = 'both engines';
      count(fuzzEngines(rng));
    } else if (rng.oneIn(8)) {
      const target = rng.pick(peers);
      name = `${target.protocol} ${target.role}, peer${target.acceptV1 === true ? ' that accepts v1' : ''}`;
      count((await fuzzPeer(target, rng)).outcome);
    } else {
      const target = rng.pick(transports);
      name = `${target.protocol} ${target.role}`;
      const { outcome } = fuzzTransport(target, rng);
      if (typeof outcome === 'string') count(outcome);
      else {
        count(`waits in ${outcome.state}`);
        memory.hold(outcome, failed);
      }
    }
    for (let i = 0; i < payloads; i++) {
      name = 'codecs';
      const { type, outcome } = fuzzCodec(rng);
      name = `codec of ${type}`;
      count(outcome);
    }
  } catch (cause) {
    throw cause instanceof FuzzFailure ? cause : failed(cause);
  }
}
