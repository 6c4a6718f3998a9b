/**
 * Messages as a person fills them in. A form says what fields there are; a draft is what was typed into them, as plain
 * JSON; both follow from the layouts. `payloadOf(type, draft)` is the message.
 */
import { layouts, encodeMessage, isDecodedType, type DecodedType, type MessageMap } from './codecs.js';
import { tooMany } from './counts.js';
import { EncodeError } from './error.js';
import { type Field, type Input, type Layout } from './layout.js';

/** What a person typed: a text for each leaf. Numbers and truth values of JSON are taken as their text. */
export type Draft = string | number | boolean | readonly Draft[] | { readonly [field: string]: Draft };

export type Form = LeafForm | ListForm | StructForm;

interface Common {
  /** As in the field tree: 'hash', 'time', 'list'… */
  readonly kind: string;
}

export interface LeafForm extends Common {
  readonly form: 'leaf';
  /** What to type, as 'a whole number from 0 to 255'. */
  readonly hint: string;
  /** What stands there before anybody typed. */
  readonly initial: string;
  /** The names there are, for fields that have some; other texts may be fine too. */
  readonly choices: readonly string[];
  /** The value. @throws {EncodeError} unreadable-text, invalid-value, limit-exceeded */
  parse(text: string): unknown;
  /** The text that `parse` makes this value of. */
  print(value: unknown): string;
}

export interface ListForm extends Common {
  readonly form: 'list';
  readonly item: Form;
  /** How many entries there must and may be. */
  readonly min: number;
  readonly max: number;
}

export interface StructForm extends Common {
  readonly form: 'struct';
  readonly fields: readonly FormField[];
  /** Fields before which the message may end: the draft then has the name under `omittedFrom`. */
  readonly places: readonly string[];
  assumedFrom(place: string): object;
}

export interface FormField {
  readonly name: string;
  /** The field whose value decides on the form of this one. */
  readonly dependsOn: string | undefined;
  /** @param draft of the struct, as far as there is one */
  formIn(draft: Draft): Form;
}

/** The form of a message. @throws {EncodeError} unknown-type */
export function formOf(type: DecodedType): Form {
  if (!isDecodedType(type)) throw new EncodeError('unknown-type', `no codec for ${JSON.stringify(type)}`);
  return formOfLayout(layouts[type] as Layout<unknown>);
}

/** A form with nothing typed yet. */
export function initialDraft(form: Form): Draft {
  switch (form.form) {
    case 'leaf':
      return form.initial;
    case 'list':
      return Array.from({ length: form.min }, () => initialDraft(form.item));
    case 'struct': {
      const draft: Record<string, Draft> = {};
      for (const { name, formIn } of form.fields) draft[name] = initialDraft(formIn(draft));
      return draft;
    }
  }
}

/** The draft that gives this value: to change a message and send it again, or to copy it as JSON. */
export function draftOf<Type extends DecodedType>(type: Type, value: MessageMap[Type]): Draft {
  return printed(formOf(type), value);
}

/** @throws {EncodeError} naming the field */
export function valueOf<Type extends DecodedType>(type: Type, draft: Draft): MessageMap[Type] {
  return parsed(formOf(type), draft) as MessageMap[Type];
}

/** The payload that a draft says. @throws {EncodeError} naming the field that is wrong */
export function payloadOf<Type extends DecodedType>(type: Type, draft: Draft): Uint8Array {
  return encodeMessage(type, valueOf(type, draft));
}

// --- from layouts ---------------------------------------------------------------------------------------------------

/** Layouts that depend on nothing are always the same objects. */
const forms = new WeakMap<Layout<unknown>, Form>();

function formOfLayout(layout: Layout<unknown>): Form {
  const known = forms.get(layout);
  if (known !== undefined) return known;
  const form = layout.form === 'leaf' ? leafForm(layout.kind, layout.input!) : formOfShape(layout);
  forms.set(layout, form);
  return form;
}

function formOfShape({ kind, shape }: Layout<unknown> & { form: 'composite' }): Form {
  switch (shape.shape) {
    case 'single':
      return leafForm(kind, shape.input);
    case 'list':
      return { form: 'list', kind, item: formOfLayout(shape.item), min: shape.min, max: shape.max };
    case 'struct': {
      const { fields, places, assumedFrom } = shape;
      return { form: 'struct', kind, fields: fields.map(formField), places, assumedFrom };
    }
  }

  function formField([name, field]: readonly [string, Field]): FormField {
    if (!('on' in field)) return { name, dependsOn: undefined, formIn: () => formOfLayout(field) };
    const { on } = field;
    return { name, dependsOn: on, formIn: (draft) => formOfLayout(field.layout(settled(on, draft))) };
  }

  /** What a field's draft says; undefined while it says nothing. Of a list, its entries decide only by their number. */
  function settled(name: string, draft: Draft): unknown {
    if (shape.shape !== 'struct') return undefined;
    const part = partOf(draft, name);
    const field = shape.fields.find(([other]) => other === name)?.[1];
    if (part === undefined || field === undefined || 'on' in field) return undefined;
    if (Array.isArray(part)) return part;
    try {
      return parsed(formOfLayout(field), part);
    } catch (error) {
      if (error instanceof EncodeError) return undefined;
      throw error;
    }
  }
}

function leafForm(kind: string, input: Input<unknown>): LeafForm {
  return {
    form: 'leaf',
    kind,
    hint: input.hint,
    initial: input.print(input.initial),
    choices: input.choices ?? [],
    parse: (text) => input.parse(text),
    print: (value) => input.print(value),
  };
}

// --- between drafts and values --------------------------------------------------------------------------------------

function printed(form: Form, value: unknown): Draft {
  switch (form.form) {
    case 'leaf':
      return form.print(value);
    case 'list':
      return (value as unknown[]).map((item) => printed(form.item, item));
    case 'struct': {
      const parts = value as Record<string, unknown>;
      const draft: Record<string, Draft> = {};
      const end = parts['omittedFrom'] as string | undefined;
      for (const { name, formIn } of form.fields) {
        if (name === end) break;
        draft[name] = printed(formIn(draft), parts[name]);
      }
      return end === undefined ? draft : { ...draft, omittedFrom: end };
    }
  }
}

function parsed(form: Form, draft: Draft): unknown {
  switch (form.form) {
    case 'leaf':
      if (typeof draft === 'object' || draft === undefined)
        throw new EncodeError('unreadable-text', `${form.hint} is needed`);
      return form.parse(String(draft));
    case 'list':
      return parsedList(form, draft);
    case 'struct':
      return parsedStruct(form, draft);
  }
}

function parsedList({ item, min, max }: ListForm, draft: Draft): unknown[] {
  if (!Array.isArray(draft)) throw new EncodeError('invalid-value', 'a list is needed');
  const { length } = draft as readonly Draft[];
  if (length > max) throw new EncodeError('limit-exceeded', tooMany(length, max));
  if (length < min) throw new EncodeError('invalid-value', `at least ${min} are needed`);
  return (draft as readonly Draft[]).map((part, i) => within(i, () => parsed(item, part)));
}

function parsedStruct({ fields, places, assumedFrom }: StructForm, draft: Draft): Record<string, unknown> {
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft))
    throw new EncodeError('invalid-value', 'an object with fields is needed');
  const unknown = Object.keys(draft).find((key) => !isKnown(key));
  if (unknown !== undefined) throw new EncodeError('invalid-value', 'there is no such field', unknown);
  const end = partOf(draft, 'omittedFrom');
  if (end !== undefined && !places.includes(String(end)))
    throw new EncodeError('invalid-value', 'not a field before which the message may end', 'omittedFrom');
  const value: Record<string, unknown> = {};
  for (const { name, formIn } of fields) {
    if (name === end) return { ...value, ...assumedFrom(name), omittedFrom: name };
    const part = partOf(draft, name);
    if (part === undefined) throw new EncodeError('invalid-value', 'it is missing', name);
    value[name] = within(name, () => parsed(formIn(draft), part));
  }
  return value;

  function isKnown(key: string): boolean {
    return fields.some(({ name }) => name === key) || (places.length > 0 && key === 'omittedFrom');
  }
}

function partOf(draft: Draft, name: string): Draft | undefined {
  return typeof draft === 'object' && draft !== null && Object.hasOwn(draft, name)
    ? (draft as Readonly<Record<string, Draft>>)[name]
    : undefined;
}

function within<T>(segment: string | number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof EncodeError ? error.within(segment) : error;
  }
}
