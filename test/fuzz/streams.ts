/** The streams that are thrown at a transport or a peer, by kind. */
import { networks, type EllswiftKeyPair, type Role } from '../../shared/bip324/index.js';
import { ascii } from '../../shared/bytes.js';
import { noise } from './engine.js';
import { mutatePieces, splice } from './mutate.js';
import { type Rng } from './rng.js';
import { contentsOf, conversation, type Said } from './speech.js';
import { v1Prefix, v1Stream, type V1Turns } from './v1-stream.js';
import { v2Stream, type V2Turns } from './v2-stream.js';

export const kinds = [
  'valid',
  'mutated',
  'spliced',
  'lying lengths',
  'wrong turns',
  'v1 prefixes',
  'the other protocol',
  'random bytes',
  'no Bitcoin at all',
] as const;
export type Kind = (typeof kinds)[number];

export interface Stream {
  readonly kind: Kind;
  readonly pieces: readonly Uint8Array[];
  /** What a valid stream says. */
  readonly said: readonly Said[];
}

export interface Against {
  readonly protocol: 'v1' | 'v2';
  /** Of the transport that the stream is for. */
  readonly role: Role;
  readonly pair: EllswiftKeyPair;
  /** Messages after the negotiation, at most. */
  readonly messages: number;
}

/** What lengths say at their edges. */
const lengths = [0, 1, 2, 19, 20, 21, 255, 65_535, 4_000_000, 4_000_013, 4_000_014, 2 ** 24 - 1];

export function makeStream(against: Against, rng: Rng): Stream {
  const kind = rng.pick(kinds);
  // Now and then through rekeyings.
  const said = conversation(rng, rng.oneIn(300) ? 600 : against.messages);
  return { kind, said, pieces: piecesOf(kind, against, said, rng) };
}

function piecesOf(kind: Kind, against: Against, said: readonly Said[], rng: Rng): Uint8Array[] {
  const other = against.protocol === 'v2' ? 'v1' : 'v2';
  switch (kind) {
    case 'valid':
      return session(against, said, rng.oneIn(3) ? { decoys: 4 } : {}, rng);
    case 'mutated':
      return mutatePieces(session(against, said, {}, rng), rng);
    case 'spliced':
      return splice(session(against, said, {}, rng), session(against, said.slice().reverse(), {}, rng), rng);
    case 'lying lengths': {
      const at = rng.skewed(said.length + 1);
      const exact = said[at]?.payload.length ?? 0;
      const length = rng.oneIn(2) ? rng.pick(lengths) : Math.max(0, exact + rng.below(5) - 2);
      const lie = { packet: at, message: at, length: rng.oneIn(8) ? rng.u32() : length };
      return session(against, said, { lie }, rng);
    }
    case 'wrong turns':
      return session(against, said, wrongTurn(rng), rng);
    case 'v1 prefixes':
      return v1Prefix(rng);
    case 'the other protocol':
      return session({ ...against, protocol: other }, said, {}, rng);
    case 'random bytes':
      return [noise(rng.pick([0, 1, 63, 64, rng.skewed(300), rng.skewed(6000)]), rng)];
    case 'no Bitcoin at all':
      return [
        ascii(
          rng.pick([
            'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
            '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
            'SSH-2.0-OpenSSH_9.2\r\n',
            '\0'.repeat(5000),
            '\xff'.repeat(5000),
          ]),
        ).subarray(0, 1 + rng.below(5000)),
      ];
  }
}

function wrongTurn(rng: Rng): V2Turns & V1Turns {
  return rng.pick([
    { network: rng.pick(Object.values(networks)) },
    { garbage: rng.pick([4095, 4096, 4111, 9000]) },
    { wrongRole: true },
    { withoutAad: true },
    { wrongTerminator: true },
    { wrongChecksums: true },
    { decoys: 2 },
  ]);
}

function session(against: Against, said: readonly Said[], turns: V2Turns & V1Turns, rng: Rng): Uint8Array[] {
  if (against.protocol === 'v1') return v1Stream(said, turns, rng);
  const role = against.role === 'initiator' ? 'responder' : 'initiator';
  const contents = said.map((each) => contentsOf(each, rng));
  return v2Stream({ role, ourPair: against.pair, contents }, turns, rng);
}
