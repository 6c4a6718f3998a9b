import { toHex } from '../../../shared/bytes.js';
import type { NetworkName } from '../../../shared/networks.js';
import type { StepSecret } from '../../worker/protocol.js';
import type { LessonStep, LessonValue } from './steps.js';

/**
 * "Reproduce": a few lines of TypeScript for Node that compute a step anew with `peerglass/bip324`, and print what this
 * session's trace says. Public values stand in them; a secret one only once a person has revealed it.
 */
export interface Snippet {
  /** What it imports from peerglass/bip324. */
  readonly imports: readonly string[];
  /** The secrets that it needs, in the order in which they are declared. */
  readonly secrets: readonly Named[];
  readonly constants: readonly (readonly [name: string, bytes: Uint8Array])[];
  readonly code: readonly string[];
  /** What it prints, a line each: text, or bytes that may be secret. */
  readonly prints: readonly (string | Uint8Array | Named)[];
}

/** A secret value of the trace: its name there, where it stands, and what the code calls it. */
export interface Named {
  readonly name: string;
  readonly ref: StepSecret;
  readonly variable: string;
}

export interface Context {
  readonly lesson: readonly LessonStep[];
  readonly network: NetworkName;
}

/** @param reveal a secret's bytes where a person has asked for them */
export function textOf(snippet: Snippet, reveal: (name: string) => Uint8Array | undefined): string {
  const { imports, secrets, constants, code, prints } = snippet;
  const declared = secrets.map(({ name, variable }) => {
    const bytes = reveal(name);
    return bytes
      ? `const ${variable} = hex('${toHex(bytes)}'); // secret`
      : `const ${variable} = hex('…'); // secret: reveal the ${name}, and it stands here`;
  });
  const printed = prints.map((value) => {
    if (typeof value === 'string') return `// ${value}`;
    if (value instanceof Uint8Array) return `// ${toHex(value)}`;
    const bytes = reveal(value.name);
    return bytes ? `// ${toHex(bytes)}` : `// secret: the ${value.name}`;
  });
  const body = [
    ...declared,
    ...constants.map(([name, bytes]) => `const ${name} = hex('${toHex(bytes)}');`),
    ...(declared.length + constants.length > 0 ? [''] : []),
    ...code,
    '// prints what this session computed:',
    ...printed,
  ];
  const needsHex = body.some((line) => line.includes('hex('));
  return [
    `import { ${[...imports].sort().join(', ')} } from 'peerglass/bip324';`,
    '',
    ...(needsHex ? [`const hex = (text = '') => Uint8Array.from(Buffer.from(text, 'hex'));`] : []),
    ...body,
    '',
  ].join('\n');
}

export const print = (expression: string): string =>
  `console.log(Buffer.from(${expression}).toString('hex'));`;

export const stepNamed = ({ lesson }: Context, id: string): LessonStep | undefined =>
  lesson.find((step) => step.id === id);

/** A recording may hold less than a live session's trace. */
export class MissingValue extends Error {}

/** @throws {MissingValue} for a name that the trace does not have */
export function valueIn(step: LessonStep | undefined, id: string): LessonValue {
  const all = step?.derivations.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]) ?? [];
  const found = all.find((value) => value.id === id);
  if (found === undefined) throw new MissingValue(`the trace has no value ${id}`);
  return found;
}

export function open(step: LessonStep | undefined, id: string): Uint8Array {
  const { value } = valueIn(step, id).view;
  if (value instanceof Uint8Array) return value;
  throw new MissingValue(`${id} is no public bytes`);
}

export function secret(step: LessonStep | undefined, id: string): Named {
  const { view, ref } = valueIn(step, id);
  if (!view.secret) throw new MissingValue(`${id} is not in the recording`);
  const variable = view.name
    .replaceAll('’', '')
    .replaceAll("'", '')
    .replaceAll(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { name: view.name, ref, variable };
}

/** The network's four bytes, as they went into the keys. */
export const magicOf = (context: Context): Uint8Array => open(stepNamed(context, 'hkdf'), 'salt').slice(-4);

/** The same in the trace of both sides: whether our key is the initiator's. */
export function weInitiate(context: Context): boolean {
  const ours = stepNamed(context, 'our-key')?.entry.bytes;
  return (
    ours !== undefined && toHex(open(stepNamed(context, 'tagged-hash'), 'initiators-key')) === toHex(ours)
  );
}
