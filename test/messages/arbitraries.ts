import fc from 'fast-check';
import {
  type DecodedType,
  escapeBytes,
  type InventoryMessage,
  type MessageMap,
  type Transaction,
  type VersionMessage,
} from '../../shared/messages/index.js';

// A counterexample is shown as found: making values of many kilobytes smaller takes minutes.
fc.configureGlobal({ endOnFailure: true });

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any bytes a peer may send as text, as the text they decode to. */
const text = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength, size: 'max' }).map(escapeBytes);

const netAddress = fc.record({
  services: u64,
  ip: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  port: u16,
});
const empty = fc.constant<Record<string, never>>({});
const ping = fc.record({ nonce: u64 });
const inventory: fc.Arbitrary<InventoryMessage> = fc.record({
  inventory: fc.array(fc.record({ type: u32, hash }), { maxLength: 40, size: 'max' }),
});
const blockHeader = fc.record({
  version: i32,
  previous: hash,
  merkleRoot: hash,
  time: u32,
  bits: u32,
  nonce: u32,
});

const script = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 253, maxLength: 253 }));
const output = fc.record({ value: i64, scriptPubKey: script });
const input = fc.record({
  outpoint: fc.record({ txid: hash, vout: u32 }),
  scriptSig: script,
  sequence: u32,
  witness: fc.array(script, { maxLength: 4 }),
});

/** With and without witnesses; and the one without anything, which Bitcoin Core reads too. */
export const transaction: fc.Arbitrary<Transaction> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      version: u32,
      inputs: fc.array(input, { minLength: 1, maxLength: 5 }),
      outputs: fc.array(output, { maxLength: 5 }),
      lockTime: u32,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      version: u32,
      inputs: fc.constant<Transaction['inputs']>([]),
      outputs: fc.constant<Transaction['outputs']>([]),
      lockTime: u32,
    }),
  },
);

/** What is assumed where an old peer's version ends, written down apart from the codec (Bitcoin Core's defaults). */
const assumed: Record<NonNullable<VersionMessage['omittedFrom']>, Partial<VersionMessage>> = {
  sender: {
    sender: { services: 0n, ip: new Uint8Array(16), port: 0 },
    nonce: 0n,
    userAgent: '',
    startHeight: -1,
    relay: true,
  },
  userAgent: { userAgent: '', startHeight: -1, relay: true },
  startHeight: { startHeight: -1, relay: true },
  relay: { relay: true },
};

const version: fc.Arbitrary<VersionMessage> = fc
  .tuple(
    fc.record({
      version: i32,
      services: u64,
      time: i64,
      receiver: netAddress,
      sender: netAddress,
      nonce: u64,
      userAgent: text(0, 256),
      startHeight: i32,
      relay: fc.boolean(),
    }),
    fc.constantFrom(
      undefined,
      'sender' as const,
      'userAgent' as const,
      'startHeight' as const,
      'relay' as const,
    ),
  )
  .map(([whole, omittedFrom]) =>
    omittedFrom === undefined ? whole : { ...whole, ...assumed[omittedFrom], omittedFrom },
  );

/** A random value of every message type that has a codec. */
export const messages: { readonly [Type in DecodedType]: fc.Arbitrary<MessageMap[Type]> } = {
  version,
  verack: empty,
  wtxidrelay: empty,
  sendaddrv2: empty,
  sendheaders: empty,
  sendcmpct: fc.record({ announce: fc.boolean(), version: u64 }),
  feefilter: fc.record({ feeRate: u64 }),
  feature: fc.record({ id: text(4, 80), data: fc.uint8Array({ maxLength: 512, size: 'max' }) }),
  ping,
  pong: ping,
  inv: inventory,
  getdata: inventory,
  notfound: inventory,
  getheaders: fc.record({
    version: u32,
    locator: fc.array(hash, { maxLength: 101, size: 'max' }),
    stop: hash,
  }),
  headers: fc.record({ headers: fc.array(blockHeader, { maxLength: 40, size: 'max' }) }),
  tx: transaction,
  block: fc.record({ header: blockHeader, transactions: fc.array(transaction, { maxLength: 4 }) }),
};

export const types = Object.keys(messages) as DecodedType[];

/** A random message of a random type. */
export const anyMessage = fc
  .constantFrom(...types)
  .chain((type) => messages[type].map((value) => ({ type, value: value as MessageMap[DecodedType] })));
