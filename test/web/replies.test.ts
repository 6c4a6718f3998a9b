/** Requests and answers as the worker finds them and the page keeps them: rows, filters, and what nobody answers. */
import { expect, test } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  inventoryTypes,
  type MessageMap,
} from '../../shared/messages/index.js';
import { noFilter } from '../../web/components/log/filter.js';
import { Matches } from '../../web/components/log/matches.js';
import { answered, isUnheard, unheard } from '../../web/store/reply.js';
import { kindOfMessage, type MessageRow } from '../../web/store/row-kinds.js';
import { RowLog } from '../../web/store/row-log.js';
import { MAX_OPEN_REQUESTS, NO_ANSWER_MS } from '../../web/worker/limits.js';
import { PairWatch } from '../../web/worker/pair-watch.js';

/** The worker's part and the page's, as they work together. */
class Session {
  readonly watch = new PairWatch('regtest');
  readonly log = new RowLog<MessageRow>(kindOfMessage);

  say<T extends keyof MessageMap>(
    direction: 'sent' | 'received',
    at: number,
    type: T,
    value: MessageMap[T],
  ): number {
    return this.sayRaw(direction, at, type, encodeMessage(type as never, value as never));
  }

  sayRaw(direction: 'sent' | 'received', at: number, type: string, payload: Uint8Array): number {
    const index = this.log.end;
    const told = this.watch.see(index, { direction, at, type, payload }, decodeMessage(type, payload));
    const row: MessageRow = {
      ...{ index, at, direction, type, role: 'message', wireBytes: 0, payloadBytes: 0, summary: '' },
      ...told,
    };
    this.log.push([row]);
    for (const answer of told.answers ?? [])
      this.log.change(answer.request, (row) => ({ ...row, reply: answered(row.reply, index, answer) }));
    this.tell();
    return index;
  }

  tell(): void {
    for (const told of this.watch.take())
      this.log.change(told.request, (row) => ({ ...row, reply: unheard(row.reply, told) }));
  }

  reply(index: number) {
    return this.log.at(index).reply;
  }
}

const wtx = (at: number) => ({ type: inventoryTypes.wtx, hash: new Uint8Array(32).fill(at) });

test('an answer names its request, and the request its answer and how long it took, both ways', () => {
  const session = new Session();
  const ours = session.say('sent', 100, 'ping', { nonce: 7n });
  const theirs = session.say('received', 110, 'ping', { nonce: 8n });
  expect(session.log.at(ours).waits).toBe(true);
  const pong = session.say('received', 134, 'pong', { nonce: 7n });
  session.say('sent', 150, 'pong', { nonce: 8n });
  expect(session.log.at(pong).answers).toMatchObject([
    { request: ours, ms: 34, complete: true, certain: true },
  ]);
  expect(session.reply(ours)).toMatchObject({ state: 'answered', by: [pong], ms: 34 });
  expect(session.reply(theirs)).toMatchObject({ state: 'answered', ms: 40 });
});

test('bytes behind the end of a message do not keep it from being the answer', () => {
  const session = new Session();
  const ping = session.say('sent', 0, 'ping', { nonce: 7n });
  session.sayRaw('received', 5, 'pong', Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 1, 2));
  expect(session.reply(ping)).toMatchObject({ state: 'answered', ms: 5 });
});

test('a request without an answer says so in time, with the likely reason; a late answer is still one', () => {
  const session = new Session();
  const ping = session.say('sent', 1000, 'ping', { nonce: 7n });
  expect(session.watch.nextDue).toBe(1000 + NO_ANSWER_MS);
  session.watch.passTime(999 + NO_ANSWER_MS);
  session.tell();
  expect(session.reply(ping)).toBeUndefined();
  session.watch.passTime(1000 + NO_ANSWER_MS);
  session.tell();
  expect(session.reply(ping)).toMatchObject({ state: 'silent', silentMs: NO_ANSWER_MS });
  expect(session.reply(ping)!.why).toMatch(/answers a ping/);
  const late = session.say('received', 30_000, 'pong', { nonce: 7n });
  expect(session.reply(ping)).toMatchObject({ state: 'answered', by: [late], ms: 29_000 });
  expect(session.watch.nextDue).toBe(Infinity);
});

test('a request for several things tells how many came, and that the rest did not', () => {
  const session = new Session();
  const getdata = session.say('received', 0, 'getdata', { inventory: [wtx(1), wtx(2), wtx(3)] });
  session.say('sent', 50, 'notfound', { inventory: [wtx(1), wtx(2)] });
  expect(session.reply(getdata)).toMatchObject({ state: 'waits', done: 2, of: 3, notFound: true });
  // Time passes with the messages of a recording, too.
  session.say('sent', 60_000, 'verack', {});
  expect(session.reply(getdata)).toMatchObject({ state: 'silent', done: 2, of: 3 });
});

test('what is open when the session ends stays so; what was said to be silent keeps its reason', () => {
  const session = new Session();
  const [old, young] = [
    session.say('sent', 0, 'ping', { nonce: 1n }),
    session.say('sent', 30_000, 'ping', { nonce: 2n }),
  ];
  session.watch.end(31_000);
  session.tell();
  expect(session.reply(old)).toMatchObject({ state: 'silent' });
  expect(session.reply(young)).toMatchObject({ state: 'ended', silentMs: 1000 });
});

test('of a flood of requests the latest are followed, and the others say so', () => {
  const session = new Session();
  const flood = MAX_OPEN_REQUESTS + 1000;
  for (let at = 0; at < flood; at++) session.say('received', at, 'ping', { nonce: BigInt(at) });
  const states = Array.from({ length: flood }, (_, at) => session.reply(at)?.state);
  expect(states.filter((state) => state === 'unfollowed')).toHaveLength(1000);
  expect(states.slice(1000)).toEqual(new Array(MAX_OPEN_REQUESTS).fill(undefined));
  expect(isUnheard(session.reply(0))).toBe(false);
});

test('the filter of unanswered requests takes in what turns out to be one, and lets go what is answered late', () => {
  const session = new Session();
  const says = {
    kind: kindOfMessage,
    text: () => '',
    problem: () => false,
    unanswered: ({ reply }: MessageRow) => isUnheard(reply),
  };
  const find = () => Promise.resolve({ found: [], next: 0 });
  const matches = new Matches<MessageRow>({ ...noFilter, kind: 'unanswered' }, says, find);
  const found = () => {
    while (matches.advance(session.log, session.log.end));
    const shown = matches.shown(session.log);
    return Array.from({ length: shown.length }, (_, at) => shown.at(at).index);
  };
  const pings = [1n, 2n, 3n].map((nonce) => session.say('sent', 0, 'ping', { nonce }));
  session.say('received', 10, 'pong', { nonce: 2n });
  expect(found()).toEqual([]);
  session.watch.passTime(20_000);
  session.tell();
  expect(found()).toEqual([pings[0], pings[2]]);
  session.say('received', 21_000, 'pong', { nonce: 1n });
  expect(found()).toEqual([pings[2]]);
  // More changes than are remembered, unseen: everything is looked at again.
  for (let at = 0; at < 150_000; at++) session.log.change(1, (row) => ({ ...row }));
  session.say('received', 21_500, 'pong', { nonce: 3n });
  expect(found()).toEqual([]);
});
