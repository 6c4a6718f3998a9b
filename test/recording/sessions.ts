/** Random sessions of our own transports, recorded as they go. */
import fc from 'fast-check';
import { V2Transport, type Role, type TraceEntry } from '../../shared/bip324/index.js';
import { concatBytes, toHex } from '../../shared/bytes.js';
import { Recorder, Replayer, type Recording, type ReplayStep } from '../../shared/recording/index.js';
import { V1Transport, type V1States } from '../../shared/v1/index.js';
import { networks, type NetworkName } from '../../shared/networks.js';
import { seededRandom } from '../bip324/helpers.js';

export type AnyEntry = TraceEntry | TraceEntry<V1States>;
export type Live = { at: number; entry: AnyEntry }[];

const startedAt = '2026-01-31T12:00:00.000Z';
const software = { name: 'test', version: '1.2.3' };

export interface Recorded {
  recorder: Recorder;
  live: Live;
  recording: Recording;
}

const size = fc.oneof(
  { weight: 8, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.constantFrom(0, 3000, 20_000) },
);
const flight = fc.record({
  garbage: fc.oneof(fc.nat(300), fc.constantFrom(0, 1, 15, 16, 4095)),
  decoys: fc.array(fc.nat(100), { maxLength: 3 }),
  version: fc.nat(30),
});
const step = fc.record({
  from: fc.constantFrom<Role>('initiator', 'responder'),
  what: fc.oneof(
    fc.record({
      type: fc.constantFrom('ping', 'inv', 'tx', 'version', 'made-up', 'block'),
      form: fc.constantFrom('short' as const, 'long' as const),
      size,
    }),
    fc.record({ decoy: size }),
    fc.record({ burst: fc.integer({ min: 1, max: 240 }) }),
  ),
  carry: fc.constantFrom('nothing', 'initiator', 'responder', 'both'),
});
const ending = fc.oneof(
  fc.constant({ how: 'end' as const }),
  fc.constant({ how: 'nothing' as const }),
  /** The last flight to us is cut short, or one of its bits flipped. */
  fc.record({ how: fc.constantFrom('cut' as const, 'flip' as const), at: fc.nat(10_000) }),
);

export interface Plan {
  readonly us: Role;
  readonly initiator: { garbage: number; decoys: number[]; version: number };
  readonly responder: { garbage: number; decoys: number[]; version: number };
  readonly steps: readonly {
    readonly from: Role;
    readonly what:
      { type: string; form: 'short' | 'long'; size: number } | { decoy: number } | { burst: number };
    readonly carry: string;
  }[];
  readonly ending: { how: 'end' | 'nothing' } | { how: 'cut' | 'flip'; at: number };
  readonly pieces: readonly number[];
  readonly seed: number;
}

export const plans: fc.Arbitrary<Plan> = fc.record({
  us: fc.constantFrom<Role>('initiator', 'responder'),
  initiator: flight,
  responder: flight,
  steps: fc.array(step, { maxLength: 12 }),
  ending,
  pieces: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5000 })), {
    minLength: 1,
    maxLength: 10,
  }),
  seed: fc.nat(1_000_000),
});

interface End {
  transport: V2Transport | V1Transport;
}

/** Plays a plan, and records what `us` sees of it. */
export function play(plan: Plan, protocol: 'v1' | 'v2' = 'v2', on: NetworkName = 'regtest'): Recorded {
  const network = networks[on];
  const live: Live = [];
  let now = 0;
  const recorder = new Recorder({
    protocol,
    network: network.name,
    role: plan.us,
    startedAt,
    software,
  });
  const entry = (entry: AnyEntry) => {
    live.push({ at: now, entry });
    recorder.observe(entry, now);
  };
  const end = (role: Role): End => {
    const ours = role === plan.us;
    if (protocol === 'v1')
      return { transport: V1Transport[role]({ network, ...(ours && { observer: { entry } }) }) };
    const { garbage, decoys, version } = plan[role];
    return {
      transport: V2Transport[role]({
        network,
        garbage,
        decoys,
        versionContents: new Uint8Array(version).fill(7),
        random: seededRandom(plan.seed + (role === 'initiator' ? 1 : 2)),
        ...(ours && { observer: { secrets: 'include', entry } }),
      }),
    };
  };
  const ends = { initiator: end('initiator'), responder: end('responder') };
  let piece = 0;
  const feed = (to: End, bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.subarray(at, at + plan.pieces[piece++ % plan.pieces.length]!);
      now += 0.5;
      to.transport.receive(taken);
      at += taken.length;
    }
  };
  const carry = (from: Role) => {
    const bytes = ends[from].transport.takeOutput();
    feed(ends[from === 'initiator' ? 'responder' : 'initiator'], bytes);
    return bytes.length;
  };
  for (const { from, what, carry: to } of plan.steps) {
    const { transport } = ends[from];
    now += 0.25;
    if (transport.state.send === 'ended') break;
    if ('burst' in what)
      for (let i = 0; i < what.burst; i++) transport.send('pong', new Uint8Array(8).fill(i));
    else if ('type' in what)
      transport.send(what.type, new Uint8Array(what.size).fill(what.size), {
        form: what.type === 'made-up' ? 'long' : what.type === 'version' ? 'long' : what.form,
      });
    else if (transport instanceof V2Transport) transport.sendDecoy(what.decoy);
    if (to === 'initiator' || to === 'both') carry('initiator');
    if (to === 'responder' || to === 'both') carry('responder');
  }
  const us = ends[plan.us];
  const them: Role = plan.us === 'initiator' ? 'responder' : 'initiator';
  if (plan.ending.how === 'end') while (carry('initiator') + carry('responder') > 0);
  if ('at' in plan.ending) {
    carry(plan.us);
    const bytes = ends[them].transport.takeOutput();
    if (bytes.length > 0) {
      const at = plan.ending.at % bytes.length;
      if (plan.ending.how === 'flip') {
        bytes[at]! ^= 1;
        feed(us, bytes);
      } else feed(us, bytes.subarray(0, at));
    }
  }
  if (plan.ending.how !== 'nothing') {
    us.transport.end();
    recorder.end({ state: 'closed', by: 'peer' }, now);
  }
  return { recorder, live, recording: recorder.recording };
}

/** The entries of a replay, with their times. */
export function replayed(recording: Recording): Live {
  return stepsOf(new Replayer(recording)).flatMap((step) =>
    step.kind === 'event' ? [] : [{ at: step.at, entry: step.entry }],
  );
}

export function stepsOf(replayer: Replayer): ReplayStep[] {
  const steps: ReplayStep[] = [];
  for (let step = replayer.next(); step !== undefined; step = replayer.next()) steps.push(step);
  return steps;
}

/** Every secret of a trace as it is revealed, which comparing the entries does not see. */
export function revealed(live: Live): string[] {
  return live.flatMap(({ entry }) =>
    entry.derivations.flatMap(({ id, inputs, outputs }) =>
      [...inputs, ...outputs].flatMap((value) => {
        const bytes = value.reveal();
        return value.secret ? [`${id} ${value.name} ${bytes ? toHex(bytes) : 'omitted'}`] : [];
      }),
    ),
  );
}

export function fileOf(pieces: Iterable<Uint8Array>): Uint8Array {
  return concatBytes(...pieces);
}
