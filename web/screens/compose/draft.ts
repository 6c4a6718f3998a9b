import type { Draft, Form } from '../../../shared/messages/index.js';
import { initialDraft } from '../../../shared/messages/index.js';

/** Where a field stands in a form: names of fields and places in lists. */
export type Place = readonly (string | number)[];

/** As errors and the field tree name it: 'inventory[3].hash'. */
export const pathOf = (place: Place): string =>
  place.reduce<string>(
    (path, part) => (typeof part === 'number' ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
    '',
  );

/** Of the control of a field. */
export const idOf = (path: string): string => `compose:${path}`;

export function partOf(draft: Draft, name: string | number, form: Form): Draft {
  if (typeof draft !== 'object' || draft === null) return initialDraft(form);
  const part = Object.hasOwn(draft, name)
    ? (draft as Readonly<Record<string | number, Draft>>)[name]
    : undefined;
  return part ?? initialDraft(form);
}

/** The same draft with another part; everything beside the way to it stays the same object. */
export function withPart(draft: Draft, [name, ...rest]: Place, part: Draft | undefined): Draft {
  if (name === undefined) return part ?? '';
  const within = (before: Draft | undefined) =>
    rest.length === 0 ? part : withPart(before ?? {}, rest, part);
  if (Array.isArray(draft)) {
    const list = draft as readonly Draft[];
    return list.map((one, at) => (at === name ? within(one)! : one));
  }
  const fields: Readonly<Record<string, Draft>> =
    typeof draft === 'object' ? (draft as Readonly<Record<string, Draft>>) : {};
  const next = within(fields[name]);
  if (next !== undefined) return { ...fields, [name]: next };
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
