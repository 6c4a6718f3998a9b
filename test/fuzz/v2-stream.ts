/** What a v2 peer sends, made of BIP324's plain steps, apart from the transport; with wrong turns to take. */
import {
  deriveSessionKeys,
  networks,
  PacketCipher,
  v2Ecdh,
  type EllswiftKeyPair,
  type Network,
  type Role,
  type SessionKeys,
} from '../../shared/bip324/index.js';
import { theirPairs } from './engine.js';
import { type Rng } from './rng.js';

const NOTHING = new Uint8Array(0);

/** The network of everything in the fuzz that is on the right one. */
export const network = networks.regtest;

export interface V2Plan {
  /** The role that the peer plays. */
  readonly role: Role;
  readonly ourPair: EllswiftKeyPair;
  /** Contents of the packets after the version packet. */
  readonly contents: readonly Uint8Array[];
}

/** How a peer may depart from the specification, or use what it allows. */
export interface V2Turns {
  readonly network?: Network;
  readonly garbage?: number;
  /** Derives the keys as if it had the other role. */
  readonly wrongRole?: boolean;
  readonly withoutAad?: boolean;
  readonly wrongTerminator?: boolean;
  /** Changes what the length of this packet says. */
  readonly lie?: { readonly packet: number; readonly length: number };
  /** One in so many packets is a decoy. */
  readonly decoys?: number;
}

/** The stream in pieces: key, garbage, terminator, then one piece a packet. */
export function v2Stream(plan: V2Plan, turns: V2Turns, rng: Rng): Uint8Array[] {
  const pair = rng.pick(theirPairs);
  const role = turns.wrongRole === true ? (plan.role === 'initiator' ? 'responder' : 'initiator') : plan.role;
  const keys = sessionKeys(pair, plan.ourPair, role, turns.network ?? network);
  const cipher = new PacketCipher(keys, role);
  const garbage = rng.bytes(turns.garbage ?? rng.pick([0, 1, 16, rng.skewed(600), 4095]));
  const terminator = (
    role === 'initiator' ? keys.initiatorGarbageTerminator : keys.responderGarbageTerminator
  ).slice();
  if (turns.wrongTerminator === true) terminator[rng.below(16)]! ^= 1 << rng.below(8);
  const pieces = [pair.publicKey, garbage, terminator];

  let aad: Uint8Array = turns.withoutAad === true ? NOTHING : garbage;
  const seal = (contents: Uint8Array, ignore: boolean) => {
    // Reserved bits of the header mean nothing.
    const header = rng.oneIn(8) ? rng.below(128) : 0;
    const packet = cipher.encrypt(contents, { aad, ignore, header });
    aad = NOTHING;
    if (turns.lie?.packet === pieces.length - 3) lieAbout(packet, contents.length, turns.lie.length);
    pieces.push(packet);
  };
  const decoys = () => {
    while (turns.decoys !== undefined && rng.oneIn(turns.decoys)) seal(rng.bytes(rng.skewed(200)), true);
  };
  decoys();
  seal(rng.oneIn(4) ? rng.bytes(rng.skewed(50)) : NOTHING, false);
  for (const contents of plan.contents) {
    decoys();
    seal(contents, false);
  }
  return pieces;
}

/** The length is XORed with a key stream: changing it needs no key. */
function lieAbout(packet: Uint8Array, length: number, said: number): void {
  for (let i = 0; i < 3; i++) packet[i]! ^= ((length ^ said) >>> (8 * i)) & 0xff;
}

const known = new Map<string, SessionKeys>();

function sessionKeys(
  theirs: EllswiftKeyPair,
  ours: EllswiftKeyPair,
  role: Role,
  { magic }: Network,
): SessionKeys {
  const name =
    [theirs, ours].map((pair) => Buffer.from(pair.publicKey).toString('latin1')).join() + role + magic;
  let keys = known.get(name);
  if (keys === undefined) {
    const secret = v2Ecdh(theirs.secretKey, ours.publicKey, theirs.publicKey, role === 'initiator');
    known.set(name, (keys = deriveSessionKeys(secret, magic)));
  }
  return keys;
}
