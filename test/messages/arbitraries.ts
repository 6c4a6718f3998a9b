import fc from 'fast-check';
import {
  addressNetworks,
  type AddrV2Entry,
  type CmpctBlock,
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

/** 0 and 1 are booleans; other bytes stay what they are. */
const flag = fc.oneof(fc.boolean(), fc.integer({ min: 2, max: 255 }));

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

const addrV2Entry: fc.Arbitrary<AddrV2Entry> = fc
  .oneof(
    fc
      .constantFrom(...addressNetworks)
      .map(({ id, length }) => ({ id, minLength: length, maxLength: length })),
    fc
      .integer({ min: 0, max: 255 })
      .filter((id) => addressNetworks.every((network) => network.id !== id))
      .map((id) => ({ id, minLength: 0, maxLength: 512 })),
  )
  .chain(({ id, ...lengths }) =>
    fc.record({
      time: u32,
      services: u64,
      network: fc.constant(id),
      address: fc.uint8Array(lengths),
      port: u16,
    }),
  );
const locator = fc.record({
  version: u32,
  locator: fc.array(hash, { maxLength: 101, size: 'max' }),
  stop: hash,
});
const u8 = fc.integer({ min: 0, max: 0xff });
const getFilters = fc.record({ filterType: u8, startHeight: u32, stopHash: hash });

/** Which places of a compact block are prefilled. */
const compactBlock: fc.Arbitrary<CmpctBlock> = fc
  .record({
    header: blockHeader,
    nonce: u64,
    places: fc.array(fc.option(transaction, { freq: 3 }), { maxLength: 12 }),
    shortId: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  })
  .map(({ header, nonce, places, shortId }) => ({
    header,
    nonce,
    shortIds: places.flatMap((place, i) => (place === null ? [(shortId + i) % 2 ** 48] : [])),
    prefilled: places.flatMap((place, index) => (place === null ? [] : [{ index, transaction: place }])),
  }));
const indexes = fc
  .uniqueArray(fc.oneof(u16, fc.constantFrom(0, 1, 0xffff)), { maxLength: 40, size: 'max' })
  .map((numbers) => numbers.sort((a, b) => a - b));

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
      relay: flag,
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
  sendcmpct: fc.record({ announce: flag, version: u64 }),
  feefilter: fc.record({ feeRate: u64 }),
  feature: fc.record({ id: text(4, 80), data: fc.uint8Array({ maxLength: 512, size: 'max' }) }),
  ping,
  pong: ping,
  sendtxrcncl: fc.record({ version: u32, salt: u64 }),
  getaddr: empty,
  addr: fc.record({
    addresses: fc.array(
      fc.record({ time: u32, services: u64, ip: fc.uint8Array({ minLength: 16, maxLength: 16 }), port: u16 }),
      { maxLength: 40, size: 'max' },
    ),
  }),
  addrv2: fc.record({ addresses: fc.array(addrV2Entry, { maxLength: 40 }) }),
  inv: inventory,
  getdata: inventory,
  notfound: inventory,
  getheaders: locator,
  getblocks: locator,
  headers: fc.record({ headers: fc.array(blockHeader, { maxLength: 40, size: 'max' }) }),
  tx: transaction,
  block: fc.record({ header: blockHeader, transactions: fc.array(transaction, { maxLength: 4 }) }),
  cmpctblock: compactBlock,
  getblocktxn: fc.record({ blockHash: hash, indexes }),
  blocktxn: fc.record({ blockHash: hash, transactions: fc.array(transaction, { maxLength: 4 }) }),
  mempool: empty,
  filterload: fc.record({
    filter: fc.uint8Array({ maxLength: 36_000 }),
    hashFunctions: fc.integer({ min: 0, max: 50 }),
    tweak: u32,
    flags: u8,
  }),
  filteradd: fc.record({ element: fc.uint8Array({ maxLength: 520, size: 'max' }) }),
  filterclear: empty,
  merkleblock: fc.record({
    header: blockHeader,
    transactionCount: u32,
    hashes: fc.array(hash, { maxLength: 20 }),
    flags: fc.uint8Array({ maxLength: 20 }),
  }),
  getcfilters: getFilters,
  cfilter: fc.record({
    filterType: u8,
    blockHash: hash,
    filter: fc.uint8Array({ maxLength: 400, size: 'max' }),
  }),
  getcfheaders: getFilters,
  cfheaders: fc.record({
    filterType: u8,
    stopHash: hash,
    previousFilterHeader: hash,
    filterHashes: fc.array(hash, { maxLength: 40, size: 'max' }),
  }),
  getcfcheckpt: fc.record({ filterType: u8, stopHash: hash }),
  cfcheckpt: fc.record({ filterType: u8, stopHash: hash, filterHeaders: fc.array(hash, { maxLength: 20 }) }),
};

export const types = Object.keys(messages) as DecodedType[];

/** A random message of a random type. */
export const anyMessage = fc
  .constantFrom(...types)
  .chain((type) => messages[type].map((value) => ({ type, value: value as MessageMap[DecodedType] })));
