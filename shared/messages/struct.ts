/** Structs: fields one after the other. */
import { DecodeError, EncodeError } from './error.js';
import { type Composite, type Dependent, type Field, type Layout, type Leaf } from './layout.js';

type Fields = Readonly<Record<string, Field>>;
type ValueOf<F> = F extends Layout<infer T> ? T : F extends Dependent<infer T> ? T : never;
/** Constants are on the wire and in the field tree, but say nothing, so they are not in the value. */
export type StructValue<F extends Fields> = {
  -readonly [Name in keyof F as F[Name] extends Constant ? never : Name]: ValueOf<F[Name]>;
};

export function struct<F extends Fields>(fields: F): Composite<StructValue<F>> {
  return structWithTail(fields, {});
}

/**
 * A field whose layout follows from a field before it: from the value of a leaf, from the length of a list.
 * @param layout must also take undefined, for a form in which that field says nothing yet
 */
export function dependent<On, T>(on: string, layout: (before: On | undefined) => Layout<T>): Dependent<T> {
  return { on, layout: (before) => layout(before as On | undefined) };
}

/**
 * A struct that may end early, as the first versions of a message did.
 * @param tail each field before which the payload may end, in order, with what is then assumed for it and for
 *   the fields up to the next such place. `omittedFrom` in the value names the place, so that encoding is exact.
 */
export function structWithTail<F extends Fields, Place extends keyof F & string = never>(
  fields: F,
  tail: Readonly<Record<Place, () => Partial<StructValue<F>>>>,
): Composite<StructValue<F> & { omittedFrom?: Place }> {
  type Value = StructValue<F> & { omittedFrom?: Place };
  const entries: readonly (readonly [string, Field])[] = Object.entries(fields);
  const places = Object.keys(tail) as Place[];
  const assumedFrom = (place: string): object =>
    Object.assign(
      {},
      ...places.slice(places.indexOf(place as Place)).map((later) => tail[later]()),
    ) as object;
  const isPlace = (name: string): name is Place => places.includes(name as Place);
  /** What later fields depend on. */
  const decisive = new Set(entries.flatMap(([, field]) => ('on' in field ? [field.on] : [])));
  const isConstant = ([, field]: readonly [string, Field]) => 'constant' in field;
  return {
    form: 'composite',
    kind: 'struct',
    size: places.length === 0 ? sizeOf(entries) : undefined,
    shape: { shape: 'struct', fields: entries.filter((entry) => !isConstant(entry)), places, assumedFrom },
    assemble(take, reader) {
      const value: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        if (reader.remaining === 0 && isPlace(name)) {
          return { ...value, ...assumedFrom(name), omittedFrom: name } as Value;
        }
        const part = take(name, layoutOf(field, value));
        if (!('constant' in field)) value[name] = part;
      }
      return value as Value;
    },
    walk(walk, reader) {
      const seen: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        if (reader.remaining === 0 && isPlace(name)) return;
        const layout = layoutOf(field, seen);
        if (!decisive.has(name)) walk.pass(name, layout);
        else seen[name] = layout.form === 'leaf' ? walk.value(name, layout) : walk.pass(name, layout);
      }
    },
    disassemble(put, value) {
      if (typeof value !== 'object' || value === null)
        throw new EncodeError('invalid-value', 'not an object');
      const { omittedFrom } = value;
      if (omittedFrom !== undefined && !isPlace(omittedFrom)) {
        throw new EncodeError('invalid-value', 'not a field before which the message may end', 'omittedFrom');
      }
      const parts = value as Record<string, unknown>;
      for (const [name, field] of entries) {
        if (name === omittedFrom) return;
        put(name, layoutOf(field, parts), parts[name]);
      }
    },
    text: () => '',
    glance: () => '',
  };
}

function layoutOf(field: Field, before: Record<string, unknown>): Layout<unknown> {
  return 'on' in field ? field.layout(before[field.on]) : field;
}

function sizeOf(entries: readonly (readonly [string, Field])[]): number | undefined {
  let sum = 0;
  for (const [, field] of entries) {
    if ('on' in field || field.size === undefined) return undefined;
    sum += field.size;
  }
  return sum;
}

/** A part whose value never changes. */
export interface Constant extends Leaf<void> {
  readonly constant: true;
}

export function constant<T>(layout: Leaf<T>, only: T): Constant {
  return {
    form: 'leaf',
    kind: layout.kind,
    constant: true,
    read(reader) {
      const start = reader.position;
      const value = layout.read(reader);
      if (value !== only)
        throw new DecodeError(
          'invalid-value',
          start,
          `${layout.text(value)} instead of ${layout.text(only)}`,
        );
    },
    write: (writer) => layout.write(writer, only),
    text: () => layout.text(only),
  };
}
