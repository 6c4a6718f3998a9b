/** What a node may do wrong, or oddly, once the connection is encrypted. */
import { concatBytes } from '../../../shared/bytes.js';
import { inventoryTypes } from '../../../shared/messages/index.js';
import { inSession, type Misbehaviour } from './misbehaviour.js';
import {
  addrOverLimit,
  badProofOfWork,
  blockAfterGenesis,
  filterloadOverLimit,
  headersOverLimit,
  inventoryOverLimit,
  invalidTransaction,
  locatorOverLimit,
} from './payloads.js';
import { longForm, type RawV2 } from './raw-v2.js';
import { politeAnswers, type Answers, type Visit } from './visit.js';

const LARGEST_CONTENTS = 4_000_013;
const NONCE = new Uint8Array(8).fill(9);
/** BIP324's one-byte id of `block`. */
const BLOCK_ID = 2;
const UNKNOWN_ID = 200;
/** One below the oldest version that nodes talk to. */
const OBSOLETE_VERSION = 31_799;
/** A flood ends, so that one visitor cannot keep the node busy for ever. */
const FLOOD_MESSAGES = 10_000;
const ANNOUNCED_AT_ONCE = 100;

const packet = (contents: Uint8Array) => inSession((raw) => raw.write(raw.seal(contents)));
const message = (type: string, payload?: Uint8Array) => packet(longForm(type, payload));
const made = (type: string, payload: () => Uint8Array) => inSession((raw) => raw.sayRaw(type, payload()));

const pingsOnly: Answers = (type, payload) => (type === 'ping' ? politeAnswers(type, payload) : undefined);
const noPong: Answers = (type, payload) => (type === 'ping' ? undefined : politeAnswers(type, payload));
const wrongPong: Answers = (type, payload) =>
  type === 'ping' ? ['pong', payload.map((byte) => byte ^ 0xff)] : politeAnswers(type, payload);

const rows: readonly Omit<Misbehaviour, 'phase'>[] = [
  {
    name: 'no-version',
    title: 'Never says version.',
    effect: 'waits',
    play: (visit) => visit.raw().handshake(),
  },
  {
    name: 'no-verack',
    title: 'Says version, and never verack.',
    effect: 'waits',
    async play(visit) {
      const raw = await encrypted(visit);
      await raw.hear('version');
      await raw.say('version', visit.version());
    },
  },
  {
    name: 'obsolete-version',
    title: `Says that it speaks version ${OBSOLETE_VERSION}, which is too old.`,
    effect: 'disconnects',
    play: async (visit) => visit.negotiate(await encrypted(visit), { version: OBSOLETE_VERSION }),
  },
  {
    name: 'wtxidrelay-after-verack',
    title: 'Says wtxidrelay after verack, which belongs before it.',
    effect: 'disconnects',
    play: message('wtxidrelay'),
  },
  {
    name: 'sendaddrv2-after-verack',
    title: 'Says sendaddrv2 after verack, which belongs before it.',
    effect: 'disconnects',
    play: message('sendaddrv2'),
  },
  {
    name: 'decoys-in-session',
    title: 'Sends decoys among its messages, one of them of 4,000,013 bytes.',
    effect: 'accepts',
    play: inSession(async (raw) => {
      for (const length of [0, 100, LARGEST_CONTENTS])
        await raw.write(raw.seal(new Uint8Array(length), { ignore: true }));
    }),
  },
  {
    name: 'block-as-decoy',
    title: 'Hides a whole block in a decoy.',
    effect: 'ignores',
    play: inSession((raw) =>
      raw.write(raw.seal(concatBytes(Uint8Array.of(BLOCK_ID), blockAfterGenesis()), { ignore: true })),
    ),
  },
  {
    name: 'flipped-bit',
    title: 'Flips one bit in the contents of a packet.',
    effect: 'disconnects',
    play: inSession((raw) => raw.write(flipped(raw.seal(longForm('ping', NONCE)), 10))),
  },
  {
    name: 'flipped-tag',
    title: 'Flips one bit in the tag of a decoy.',
    effect: 'disconnects',
    play: inSession((raw) => {
      const decoy = raw.seal(NONCE, { ignore: true });
      return raw.write(flipped(decoy, decoy.length - 1));
    }),
  },
  {
    name: 'too-large',
    title: 'Announces 4,000,014 bytes of contents, one more than nodes take.',
    effect: 'disconnects',
    play: inSession((raw) => raw.write(raw.seal(new Uint8Array(LARGEST_CONTENTS + 1)).slice(0, 3))),
  },
  {
    name: 'unknown-id',
    title: `Sends a message of the type ${UNKNOWN_ID}, which stands for nothing.`,
    effect: 'ignores',
    play: packet(Uint8Array.of(UNKNOWN_ID, 1, 2, 3)),
  },
  {
    name: 'empty-contents',
    title: 'Sends a packet without contents, so without a type.',
    effect: 'ignores',
    play: packet(new Uint8Array(0)),
  },
  {
    name: 'malformed-type',
    title: 'Sends a message whose type goes on after its end.',
    effect: 'ignores',
    play: message('ping\0x', NONCE),
  },
  {
    name: 'unknown-type',
    title: 'Sends a message of a type that nobody knows.',
    effect: 'ignores',
    play: message('peerglass', NONCE),
  },
  {
    name: 'malformed-payload',
    title: 'Sends headers that break off.',
    effect: 'ignores',
    play: message('headers', Uint8Array.of(5, 1)),
  },
  {
    name: 'invalid-tx',
    title: 'Sends a transaction without outputs, which no block can hold.',
    effect: 'ignores',
    play: made('tx', invalidTransaction),
  },
  {
    name: 'inv-over-limit',
    title: 'Announces 50,001 things at once; 50,000 is the limit.',
    effect: 'disconnects',
    play: made('inv', inventoryOverLimit),
  },
  {
    name: 'getdata-over-limit',
    title: 'Asks for 50,001 things at once; 50,000 is the limit.',
    effect: 'disconnects',
    play: made('getdata', inventoryOverLimit),
  },
  {
    name: 'addr-over-limit',
    title: 'Tells 1001 addresses at once; 1000 is the limit.',
    effect: 'disconnects',
    play: made('addr', addrOverLimit),
  },
  {
    name: 'headers-over-limit',
    title: 'Sends 2001 headers at once; 2000 is the limit.',
    effect: 'disconnects',
    play: made('headers', headersOverLimit),
  },
  {
    name: 'locator-over-limit',
    title: 'Asks for headers with a locator of 102 hashes; 101 is the limit.',
    effect: 'disconnects',
    play: made('getheaders', locatorOverLimit),
  },
  {
    name: 'filterload-over-limit',
    title: 'Loads a Bloom filter of 36,001 bytes; 36,000 is the limit.',
    effect: 'disconnects',
    play: made('filterload', filterloadOverLimit),
  },
  {
    name: 'bad-proof-of-work',
    title: 'Sends a header whose hash is above its target.',
    effect: 'disconnects',
    play: made('headers', badProofOfWork),
  },
  {
    name: 'no-pong',
    title: 'Never answers a ping.',
    effect: 'waits',
    play: inSession(async () => {}, noPong),
  },
  {
    name: 'wrong-pong',
    title: 'Answers a ping with another nonce.',
    effect: 'waits',
    play: inSession(async () => {}, wrongPong),
  },
  {
    name: 'silent-after-ready',
    title: 'Answers pings, and no request.',
    effect: 'waits',
    play: inSession(async () => {}, pingsOnly),
  },
  {
    name: 'flood',
    title: 'Sends 10,000 messages, as fast as they are read.',
    effect: 'accepts',
    play: inSession(flood),
  },
  {
    name: 'truncated',
    title: 'Closes in the middle of a packet.',
    effect: 'reports',
    play: inSession(async (raw, visit) => {
      await raw.write(raw.seal(longForm('ping', NONCE)).slice(0, 20));
      await visit.hangUp();
    }),
  },
  {
    name: 'hangs-up',
    title: 'Closes as soon as the session is ready.',
    effect: 'reports',
    play: inSession((_, visit) => visit.hangUp()),
  },
];

export const sessionMisbehaviours = rows.map((row) => ({ ...row, phase: 'session' as const }));

async function encrypted(visit: Visit): Promise<RawV2> {
  const raw = visit.raw();
  await raw.handshake();
  return raw;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  bytes[at]! ^= 0x10;
  return bytes;
}

/** `inv` after `inv`, of transactions that do not exist. Only what is read makes room for more. */
async function flood(raw: RawV2, { socket, random }: Visit): Promise<void> {
  for (let sent = 0; sent < FLOOD_MESSAGES && !socket.destroyed; sent++) {
    const ids = random(32 * ANNOUNCED_AT_ONCE);
    const inventory = Array.from({ length: ANNOUNCED_AT_ONCE }, (_, i) => ({
      type: inventoryTypes.wtx,
      hash: ids.subarray(32 * i, 32 * (i + 1)),
    }));
    await raw.say('inv', { inventory });
  }
}
