import { expect, test } from 'vitest';
import { Outbox } from '../../web/worker/outbox.js';
import type { FromWorker } from '../../web/worker/protocol.js';

function outbox() {
  const posted: FromWorker[] = [];
  const box = new Outbox(7, (message) => posted.push(message));
  const post = () => {
    box.add({ traffic: { sent: 0, received: posted.length } });
    box.flush();
  };
  return { box, posted, post };
}

test('there is room until the page leaves eight posts untaken, and again once it has taken one', async () => {
  const { box, posted, post } = outbox();
  for (let count = 0; count < 8; count++) {
    expect(box.room()).toBeUndefined();
    post();
  }
  const rooms = [box.room(), box.room()];
  let resolved = 0;
  for (const room of rooms) void room!.then(() => resolved++);
  // It is never the outbox that holds news back: what must be told is told.
  post();
  expect(posted).toHaveLength(9);
  box.taken();
  await Promise.resolve();
  expect(resolved).toBe(0);
  box.taken();
  await Promise.all(rooms);
  expect(resolved).toBe(2);
  expect(box.room()).toBeUndefined();
});

test('many rows are a post of their own, in order', () => {
  const { box, posted } = outbox();
  for (let index = 0; index < 1000; index++)
    box.add({
      stream: [{ kind: 'rekey', index, at: index, direction: 'received', epoch: index }],
    });
  box.flush();
  const rows = posted.map((message) => (message.type === 'update' ? message.update.stream! : []));
  expect(rows.map((some) => some.length)).toEqual([400, 400, 200]);
  expect(rows.flat().map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
});
