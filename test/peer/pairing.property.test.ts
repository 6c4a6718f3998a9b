/** Honest answers in any order find their requests; and whatever comes, nothing is paired that cannot be. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blockHash,
  inventoryTypes,
  wtxid,
  type BlockHeader,
  type DecodedType,
  type KnownMessage,
  type MessageMap,
  type Transaction,
} from '../../shared/messages/index.js';
import { networks } from '../../shared/networks.js';
import { Pairing } from '../../shared/peer/index.js';
import { anyMessage } from '../messages/arbitraries.js';

const decoded = <T extends DecodedType>(type: T, value: MessageMap[T]) =>
  ({ kind: 'decoded', type, value }) as unknown as KnownMessage;
const hashOf = (tag: number) => {
  const hash = new Uint8Array(32).fill(0xaa);
  new DataView(hash.buffer).setUint32(0, tag);
  return hash;
};
const headerOf = (tag: number): BlockHeader => ({
  ...{ version: 1, previous: hashOf(tag), merkleRoot: hashOf(tag), time: tag, bits: 0x207fffff, nonce: tag },
});
const transactionOf = (tag: number): Transaction => ({
  version: 2,
  inputs: [
    { outpoint: { txid: hashOf(tag), vout: tag }, scriptSig: new Uint8Array(0), sequence: 0, witness: [] },
  ],
  outputs: [],
  lockTime: tag,
});

/** A request that no other has, and the messages of an honest answer, in order. */
type Exchange = (tag: number) => { request: KnownMessage; answers: KnownMessage[] };
const { wtx, witnessBlock, compactBlock, block } = inventoryTypes;
const exchanges: readonly Exchange[] = [
  (tag) => ({
    request: decoded('ping', { nonce: BigInt(tag) }),
    answers: [decoded('pong', { nonce: BigInt(tag) })],
  }),
  (tag) => ({
    request: decoded('getheaders', {
      version: 1,
      locator: [hashOf(tag + 1e6), hashOf(tag)],
      stop: hashOf(0),
    }),
    answers: [decoded('headers', { headers: [headerOf(tag)] })],
  }),
  (tag) => ({
    request: decoded('getheaders', { version: 1, locator: [], stop: blockHash(headerOf(tag)) }),
    answers: [decoded('headers', { headers: [headerOf(tag)] })],
  }),
  (tag) => {
    const transactions = [0, 1, 2].map((i) => transactionOf(4 * tag + i));
    const missing = { type: wtx, hash: hashOf(tag) };
    return {
      request: decoded('getdata', {
        inventory: [missing, ...transactions.map((each) => ({ type: wtx, hash: wtxid(each) }))],
      }),
      answers: [
        ...transactions.map((each) => decoded('tx', each)),
        decoded('notfound', { inventory: [missing] }),
      ],
    };
  },
  ...[witnessBlock, compactBlock, block].map((type): Exchange => (tag) => ({
    request: decoded('getdata', { inventory: [{ type, hash: blockHash(headerOf(tag)) }] }),
    answers: [
      tag % 2 === 0 && type === compactBlock
        ? decoded('cmpctblock', { header: headerOf(tag), nonce: 0n, shortIds: [], prefilled: [] })
        : decoded('block', { header: headerOf(tag), transactions: [] }),
    ],
  })),
  (tag) => ({
    request: decoded('getblocktxn', { blockHash: hashOf(tag), indexes: [0] }),
    answers: [decoded('blocktxn', { blockHash: hashOf(tag), transactions: [] })],
  }),
  (tag) => ({
    request: decoded('getcfheaders', { filterType: tag % 3, startHeight: 0, stopHash: hashOf(tag) }),
    answers: [
      decoded('cfheaders', {
        ...{ filterType: tag % 3, stopHash: hashOf(tag), previousFilterHeader: hashOf(0), filterHashes: [] },
      }),
    ],
  }),
  (tag) => ({
    request: decoded('getcfilters', { filterType: tag % 256, startHeight: 0, stopHash: hashOf(tag + 2) }),
    answers: [0, 1, 2].map((i) =>
      decoded('cfilter', { filterType: tag % 256, blockHash: hashOf(tag + i), filter: new Uint8Array(0) }),
    ),
  }),
];

test('whatever is asked at once, and in whichever order answers come', () => {
  const plan = fc.array(fc.record({ kind: fc.nat(exchanges.length - 1), ours: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(plan, fc.infiniteStream(fc.nat(1000)), (asked, dice) => {
      const pairing = new Pairing(networks.regtest);
      const roll = (below: number) => dice.next().value! % below;
      // Far enough apart that no two share a hash.
      const waiting = asked.map(({ kind, ours }, i) => ({ ...exchanges[kind]!(10 * i + 10), ours }));
      const open: { request: number; ours: boolean; answers: KnownMessage[]; of: number }[] = [];
      let index = 0;
      while (waiting.length + open.length > 0) {
        const asks = waiting.length > 0 && (open.length === 0 || roll(2) === 0);
        if (asks) {
          const { request, answers, ours } = waiting.shift()!;
          const seen = pairing.see(index, ours ? 'sent' : 'received', index, request);
          expect(seen).toEqual({ answers: [], waits: true, dropped: [] });
          open.push({ request: index, ours, answers, of: answers.length });
        } else {
          const one = open[roll(open.length)]!;
          const message = one.answers.shift()!;
          const seen = pairing.see(index, one.ours ? 'received' : 'sent', index, message);
          expect(seen.answers).toMatchObject([
            { request: one.request, complete: one.answers.length === 0, part: one.of - one.answers.length },
          ]);
          expect(seen.answers).toMatchObject([{ certain: true, ms: index - one.request }]);
          if (one.answers.length === 0) open.splice(open.indexOf(one), 1);
        }
        index++;
      }
      expect(pairing.unanswered(index)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('whatever comes: only earlier requests of the other side are answered, none again once complete', () => {
  const step = fc.record({ message: anyMessage, sent: fc.boolean(), again: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pairing = new Pairing(networks.regtest, { maxOpen: 5, maxKeys: 100, timeoutMs: 20 });
      const requests = new Map<number, { sent: boolean; open: boolean }>();
      const told: number[] = [];
      let last = steps[0]?.message;
      for (const [index, { message, sent, again }] of steps.entries()) {
        // The same once more makes requests and answers meet, as does what was asked for.
        const { type, value } = again ? last! : message;
        last = message;
        const seen = pairing.see(index, sent ? 'sent' : 'received', index, decoded(type, value as never));
        for (const { request, complete, certain, done, of } of seen.answers) {
          const known = requests.get(request);
          expect(known).toBeDefined();
          expect(known!.sent).toBe(!sent);
          // Behind a merkleblock transactions follow.
          if (certain) expect(known!.open).toBe(true);
          expect(done).toBeLessThanOrEqual(of);
          if (complete) known!.open = false;
        }
        for (const dropped of seen.dropped) {
          if (dropped !== index) expect(requests.get(dropped)).toMatchObject({ open: true, sent });
          requests.set(dropped, { sent, open: false });
        }
        if (seen.waits) requests.set(index, { sent, open: true });
        told.push(...pairing.overdue(index).map(({ request }) => request));
      }
      expect(new Set(told).size).toBe(told.length);
      for (const { request } of pairing.unanswered(1000)) expect(requests.get(request)!.open).toBe(true);
    }),
    { numRuns: 300 },
  );
});
