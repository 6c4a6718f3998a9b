/** Lists: a count and that many entries. */
import { anyCount, compactSize, tooMany, type Count } from './counts.js';
import { DecodeError, EncodeError } from './error.js';
import { lazyArray } from './lazy-array.js';
import { readValue, skipValue, taking, type Composite, type Layout } from './layout.js';
import { Offsets } from './offsets.js';
import { ByteReader } from './reader.js';

/** A CompactSize count and that many entries. */
export function list<T>(item: Layout<T>, max: number): Composite<T[]> {
  return countedList(compactSize(max), item);
}

export function countedList<T>(count: Count, item: Layout<T>): Composite<T[]> {
  return {
    ...chainedList(count, () => item),
    walk(walk) {
      const length = walk.value('count', count);
      walk.repeat(length, item);
      return { length };
    },
  };
}

/**
 * The same for entries that are large, or so many that values take far more room than their bytes: a decoded one has
 * entries that are read when somebody asks for them, from the payload, which must not change meanwhile. That all of
 * them can be read is known at once.
 * @param eagerUpTo so many entries are read at once, which is quicker
 */
export function lazyList<T>(count: Count, item: Layout<T>, eagerUpTo = 0): Composite<T[]> {
  return {
    ...countedList(count, item),
    assemble(take, reader) {
      const length = take('count', count);
      if (length <= eagerUpTo) return Array.from({ length }, (_, i) => take(i, item));
      const offsets = new Offsets();
      for (let i = 0; i < length; i++) {
        const start = reader.position;
        try {
          skipValue(item, reader);
        } catch {
          // What is wrong with it, and where, shows when it is read.
          reader.position = start;
          take(i, item);
        }
        offsets.push(start);
      }
      const again = new ByteReader(reader.bytes);
      const starts = offsets.finish();
      return lazyArray(length, (i) => {
        again.position = starts[i]!;
        return readValue(item, again);
      });
    },
  };
}

/**
 * A count and that many entries, the layout of each of which may depend on the one before. Nothing is allocated
 * by the count: entries come one by one, so a count that lies ends at the end of the payload. An entry takes at
 * least one byte.
 */
export function chainedList<T>(
  count: Count,
  item: (index: number, previous: T | undefined) => Layout<T>,
): Composite<T[]> {
  const text = ({ length }: { readonly length: number }) => (length === 1 ? '1 entry' : `${length} entries`);
  return {
    form: 'composite',
    kind: 'list',
    shape: { shape: 'list', item: item(0, undefined), min: count.min, max: count.max },
    assemble(take) {
      const length = take('count', count);
      const items: T[] = [];
      for (let i = 0; i < length; i++) items.push(take(i, item(i, items[i - 1])));
      return items;
    },
    walk(walk) {
      const length = walk.value('count', count);
      let previous: T | undefined;
      for (let i = 0; i < length; i++) previous = walk.value(i, item(i, previous));
      return { length };
    },
    disassemble(put, items) {
      if (!Array.isArray(items)) throw new EncodeError('invalid-value', 'not an array');
      put('count', count, items.length);
      let previous: T | undefined;
      for (let i = 0, { length } = items; i < length; i++) {
        const next = items[i] as T;
        put(i, item(i, previous), next);
        previous = next;
      }
    },
    text,
    glance: (reader) => text({ length: count.read(reader) }),
  };
}

/**
 * A list whose entries are held against its limit only when all of them are there, as Bitcoin Core does: a peer that
 * sends too many breaks the protocol, while one whose count promises more than came has sent a damaged message.
 */
export function completeList<T>(item: Layout<T>, max: number): Composite<T[]> {
  const limited = list(item, max);
  const assertWithin = (length: number, start: number) => {
    if (length > max) throw new DecodeError('limit-exceeded', start, tooMany(length, max), 'count');
  };
  return {
    ...limited,
    assemble(take, reader) {
      const start = reader.position;
      const length = take('count', anyCount);
      const items: T[] = [];
      // Beyond the limit nothing is kept, and nobody needs to see it.
      const skip = taking(reader);
      for (let i = 0; i < length; i++) {
        if (i < max) items.push(take(i, item));
        else skip(i, item);
      }
      assertWithin(length, start);
      return items;
    },
    walk(walk, reader) {
      const start = reader.position;
      const length = walk.value('count', anyCount);
      walk.repeat(Math.min(length, max), item);
      for (let i = max; i < length; i++) skipValue(item, reader);
      assertWithin(length, start);
      return { length };
    },
  };
}
