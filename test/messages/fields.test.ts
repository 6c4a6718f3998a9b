import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex } from '../../shared/bytes.js';
import { encodeMessage, type FieldNode, fieldsOf } from '../../shared/messages/index.js';
import { anyMessage, messages, types } from './arbitraries.js';

function leaves(node: FieldNode): FieldNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leaves);
}

function all(node: FieldNode): FieldNode[] {
  return [node, ...node.children.flatMap(all)];
}

function tree(type: string, payload: Uint8Array): FieldNode {
  const root = fieldsOf(type, payload);
  if (root === undefined) throw new Error(`${type} has no fields`);
  return root;
}

/** Every node's children cover it once, in order; so the leaves cover the payload. */
function expectPartition(root: FieldNode, length: number): void {
  expect([root.start, root.end]).toEqual([0, length]);
  for (const node of all(root)) {
    if (node.children.length === 0) continue;
    let at = node.start;
    for (const child of node.children) {
      expect(child.start).toBe(at);
      expect(child.end).toBeGreaterThanOrEqual(at);
      at = child.end;
    }
    expect(at).toBe(node.end);
  }
  const covered = leaves(root).reduce((sum, leaf) => sum + leaf.end - leaf.start, 0);
  expect(covered).toBe(length);
}

const printable = /^[\x20-\x7e…]*$/;

/** Up to 20 entries, so that a tree stays quick to walk. */
const small = anyMessage.filter(({ type, value }) => encodeMessage(type, value).length < 2000);

describe('the fields partition the payload', () => {
  test.each(types)('%s', (type) => {
    fc.assert(
      fc.property(messages[type], (value) => {
        const payload = encodeMessage(type, value);
        const root = tree(type, payload);
        expectPartition(root, payload.length);
        expect(root.error).toBeUndefined();
        expect(root.value).toEqual(value);
        expect(all(root).every((node) => node.error === undefined && printable.test(node.text))).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  test('also when it is cut, goes on too long or is random; the damage is where the error says', () => {
    const damaged = fc.oneof(
      fc.tuple(small, fc.nat(2000)).map(([{ type, value }, cut]) => {
        return { type, payload: encodeMessage(type, value).subarray(0, cut) };
      }),
      fc.tuple(small, fc.uint8Array({ minLength: 1 })).map(([{ type, value }, extra]) => {
        return { type, payload: concatBytes(encodeMessage(type, value), extra) };
      }),
      fc.record({ type: fc.constantFrom(...types), payload: fc.uint8Array({ maxLength: 300, size: 'max' }) }),
    );
    fc.assert(
      fc.property(damaged, ({ type, payload }) => {
        const root = tree(type, payload);
        expectPartition(root, payload.length);
        expect(all(root).every((node) => printable.test(node.text))).toBe(true);
        const blamed = leaves(root).filter((leaf) => leaf.error !== undefined);
        expect(blamed.map((leaf) => leaf.start)).toEqual(root.error === undefined ? [] : [root.error.offset]);
      }),
      { numRuns: 300 },
    );
  });
});

test('names, kinds, ranges and renderings', () => {
  const payload = encodeMessage('inv', { inventory: [{ type: 5, hash: new Uint8Array(32).fill(1) }] });
  const summary = all(tree('inv', payload)).map(({ name, kind, start, end, text }) => [
    name,
    kind,
    start,
    end,
    text,
  ]);
  expect(summary).toEqual([
    ['inv', 'struct', 0, 37, ''],
    ['inventory', 'list', 0, 37, '1 entry'],
    ['count', 'compactSize', 0, 1, '1'],
    ['[0]', 'inventoryEntry', 1, 37, `wtx ${'01'.repeat(32)}`],
    ['type', 'inventoryType', 1, 5, 'wtx'],
    ['hash', 'hash', 5, 37, '01'.repeat(32)],
  ]);
});

test('a malformed message: what was read, the damage, and the rest', () => {
  const header = `${'00'.repeat(80)}`;
  const root = tree('headers', fromHex(`03${header}00${header}02aabbcc`));
  const [count, first, second, ...rest] = root.children[0]!.children;
  expect(rest).toEqual([]);
  expect(count).toMatchObject({ name: 'count', value: 3 });
  expect(first).toMatchObject({ name: '[0]', error: undefined });
  expect(second).toMatchObject({ name: '[1]', start: 82, end: 166, value: undefined });
  expect(second!.children.slice(-2)).toMatchObject([
    { name: 'txCount', start: 162, end: 163, error: { code: 'invalid-value', field: 'headers[1].txCount' } },
    { name: 'unread', start: 163, end: 166, error: undefined },
  ]);
});

test('a field that is cut reaches to the end; one that is wrong only over its own bytes', () => {
  expect(leaves(tree('inv', fromHex('02050000'))).slice(-1)).toMatchObject([
    { name: 'type', start: 1, end: 4, error: { code: 'truncated' } },
  ]);
  expect(leaves(tree('headers', fromHex('fdd107aabb')))).toMatchObject([
    { name: 'count', start: 0, end: 3, error: { code: 'limit-exceeded', field: 'headers.count' } },
    { name: 'unread', start: 3, end: 5, error: undefined },
  ]);
});

test('bytes behind the end of a message are shown as such', () => {
  const [nonce, unread] = tree('ping', fromHex('0100000000000000ffff')).children;
  expect(nonce).toMatchObject({ name: 'nonce', value: 1n });
  expect(unread).toMatchObject({
    kind: 'unread',
    start: 8,
    end: 10,
    text: 'ffff',
    error: { code: 'trailing-bytes' },
  });
});

test('a type without a codec has no fields', () => {
  expect(fieldsOf('alert', new Uint8Array(80))).toBeUndefined();
  expect(fieldsOf('constructor', new Uint8Array(80))).toBeUndefined();
});

test('a constant has bytes and a node, and is not in the value', () => {
  const payload = concatBytes(Uint8Array.of(1), new Uint8Array(81));
  const entry = tree('headers', payload).children[0]!.children[1]!;
  expect(entry.children.at(-1)).toMatchObject({ name: 'txCount', start: 81, end: 82, text: '0' });
  expect(entry.value).not.toHaveProperty('txCount');
});
