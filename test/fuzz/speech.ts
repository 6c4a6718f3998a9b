/** What the peers that the fuzz plays have to say: messages of every type, right and wrong, in and out of order. */
import fc from 'fast-check';
import { ascii, concatBytes } from '../../shared/bytes.js';
import { encodeMessage, type DecodedType, type MessageMap } from '../../shared/messages/index.js';
import { shortMessageIds } from '../../shared/bip324/index.js';
import { messages, types } from '../messages/arbitraries.js';
import { mutateBytes } from './mutate.js';
import { type Rng } from './rng.js';

const SAMPLES = 24;
const NOTHING = new Uint8Array(0);

/** Valid payloads of every type that has a codec, the same in every run. */
export const corpus = new Map<DecodedType, readonly Uint8Array[]>(types.map((type) => [type, samples(type)]));

function samples<T extends DecodedType>(type: T): Uint8Array[] {
  return fc
    .sample(messages[type], { numRuns: SAMPLES, seed: 324 })
    .map((value: MessageMap[T]) => encodeMessage(type, value));
}

/** A payload of this type, mostly mutated. */
export function payloadOf(type: DecodedType, rng: Rng): Uint8Array {
  const valid = rng.pick(corpus.get(type)!);
  if (rng.oneIn(4)) return valid;
  if (rng.oneIn(20)) return rng.bytes(rng.skewed(300));
  if (rng.oneIn(20)) return concatBytes(valid, payloadOf(rng.pick(types), rng));
  return mutateBytes(valid, rng);
}

/** A message to be framed or sealed; `field` replaces the type's own encoding. */
export interface Said {
  readonly type: string;
  readonly payload: Uint8Array;
  readonly field?: Uint8Array;
}

/** As a real node negotiates; then anything. */
export function conversation(rng: Rng, most: number): Said[] {
  const said: Said[] = [
    {
      type: 'version',
      payload: rng.oneIn(8) ? payloadOf('version', rng) : rng.pick(goodVersions),
    },
    ...(['wtxidrelay', 'sendaddrv2', 'feature', 'verack'] as const)
      .filter((type) => type === 'verack' || rng.oneIn(2))
      .map((type) => ({ type, payload: rng.pick(corpus.get(type)!) })),
  ];
  // Out of order.
  if (rng.oneIn(6)) said.splice(rng.below(said.length), 1 + rng.below(2));
  if (rng.oneIn(6)) said.splice(rng.below(said.length), 0, anything(rng));
  for (let left = rng.skewed(most); left > 0; left--) said.push(anything(rng));
  return said;
}

const goodVersions = corpus
  .get('version')!
  .filter((payload) => new DataView(payload.buffer).getInt32(0, true) > 70_000);

function anything(rng: Rng): Said {
  const type = rng.pick(types);
  if (!rng.oneIn(6)) return { type, payload: payloadOf(type, rng) };
  switch (rng.below(4)) {
    case 0:
      return {
        type: rng.pick(['alert', 'reject', 'uproof', 'nonsense', '__proto__']),
        payload: rng.bytes(rng.skewed(100)),
      };
    case 1: // a type that is none
      return { type, field: rng.bytes(rng.below(14)), payload: rng.bytes(rng.skewed(40)) };
    case 2:
      return {
        type,
        field: mutateBytes(ascii(type.padEnd(12, '\0')), rng).subarray(0, 12),
        payload: NOTHING,
      };
    default: // known without a payload, or unknown
      return { type, field: Uint8Array.of(rng.below(256)), payload: NOTHING };
  }
}

const shortIds = new Map<string, number>(Object.entries(shortMessageIds));

/** A packet's contents: BIP324's short form where there is one, or the long form. */
export function contentsOf({ type, payload, field }: Said, rng: Rng): Uint8Array {
  if (field !== undefined)
    return concatBytes(field.length === 12 ? Uint8Array.of(0) : NOTHING, field, payload);
  const id = shortIds.get(type);
  const long = () => concatBytes(Uint8Array.of(0), ascii(type.padEnd(12, '\0')));
  return concatBytes(id === undefined || rng.oneIn(4) ? long() : Uint8Array.of(id), payload);
}
