/** The lesson's "reproduce": the text that a person copies, run by a plain Node with the built package. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../shared/bytes.js';
import { sessionKeyIds, snippetOf } from '../../web/screens/handshake/reproduce.js';
import { textOf, type Snippet } from '../../web/screens/handshake/snippet.js';
import { steps, type LessonStep } from '../../web/screens/handshake/steps.js';
import { network, record, type Recorded } from '../lesson/trace.js';
import { root } from '../setup/product.js';

const sessions: [name: string, Recorded][] = [
  ['a whole handshake', record({ garbage: 40 }, { garbage: 50 })],
  ['one with decoys', record({ garbage: 0, decoys: [3, 0] }, { garbage: 70, decoys: [5, 100] })],
  [
    'one with more decoys than keys last',
    record({ garbage: 0 }, { garbage: 0, decoys: Array.from({ length: 230 }, () => 1) }),
  ],
  ['one with a byte of garbage changed', record({}, { garbage: 60 }, flip(70))],
  [
    'one with a byte of the second packet changed',
    record({}, { garbage: 9, decoys: [4] }, flip(64 + 9 + 16 + 24 + 8)),
  ],
  ['one that ends inside a packet', record({}, { garbage: 9 }, (bytes) => bytes.subarray(0, -4))],
  ['one that ends inside the garbage', record({}, { garbage: 900 }, (bytes) => bytes.subarray(0, 500))],
  ['one that ends inside their key', record({}, {}, (bytes) => bytes.subarray(0, 40))],
];

function flip(at: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

/** All secrets of a session by the names under which a step shows them. */
function secretsOf({ reveal }: Recorded, { secrets, prints }: Snippet): Map<string, Uint8Array> {
  const named = prints.flatMap((value) => (typeof value === 'object' && 'ref' in value ? value : []));
  return new Map([...secrets, ...named].map(({ name, ref }) => [name, reveal(ref)]));
}

/** What the trace says of a step, as the snippet is to print it. */
function told(step: LessonStep, reveal: Recorded['reveal']): string[] {
  const values = step.derivations.flatMap(({ outputs }) => outputs);
  const hexOf = (ids: readonly string[]) =>
    values
      .filter(({ id }) => id !== undefined && ids.includes(id))
      .map(({ view, ref }) => toHex(view.secret ? reveal(ref) : (view.value as Uint8Array)));
  switch (step.kind) {
    case 'key':
      return step.direction === 'sent' ? hexOf(['t']) : ['garbage ready'];
    case 'garbage':
      return step.direction === 'sent'
        ? [toHex(step.entry.bytes)]
        : [`${step.entry.bytes.length} bytes, allowed`];
    case 'terminator':
      return [toHex(step.entry.bytes)];
    case 'packet': {
      if (step.direction === 'sent') return [toHex(step.entry.bytes)];
      const { header, role } = step.entry.packet!;
      const contents = step.fields.find(({ kind }) => kind === 'contents')?.value as Uint8Array | undefined;
      const length = step.entry.bytes.length - 20;
      expect(header).toBe(role === 'decoy' ? 0x80 : 0);
      return [
        toHex(Uint8Array.of(length, length >>> 8, length >>> 16)),
        toHex(Uint8Array.of(header, ...(contents ?? []))),
      ];
    }
    case 'ready':
      return ['application ready'];
    case 'cut': {
      const [first] = step.fields;
      const tag = step.fields.find(({ kind }) => kind === 'tag');
      if (typeof first?.value !== 'number') return ['ended'];
      const length = toHex(Uint8Array.of(first.value, first.value >>> 8, first.value >>> 16));
      return tag && !tag.incomplete ? [length, 'null'] : [length];
    }
    case 'hkdf':
      return hexOf(sessionKeyIds);
    default:
      return values.map(({ view, ref }) => toHex(view.secret ? reveal(ref) : (view.value as Uint8Array)));
  }
}

let folder: string;
beforeAll(() => {
  // Inside the package's folder, so that the text finds the package by its name.
  fs.mkdirSync(path.join(root, 'test/.cache'), { recursive: true });
  folder = fs.mkdtempSync(path.join(root, 'test/.cache/reproduce-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const run = (text: string): string => {
  const file = path.join(folder, 'snippet.mjs');
  // As somebody does who copied it: Node 20 knows no types.
  fs.writeFileSync(file, text);
  return execFileSync(process.execPath, [file], { encoding: 'utf8', stdio: 'pipe' });
};

describe.each(sessions)('%s', (_, session) => {
  const lesson = steps(session.trace);
  // Hundreds of decoys are alike: the first and the last of them will do.
  const chosen = lesson.length < 50 ? lesson : [...lesson.slice(0, 3), ...lesson.slice(-2)];

  test.each(chosen.map((step) => [step.id, step] as const))('%s', (_, step) => {
    const snippet = snippetOf(step, { lesson, network })!;
    const secrets = secretsOf(session, snippet);
    const text = textOf(snippet, (name) => secrets.get(name));
    const output = run(text).trimEnd().split('\n');
    expect(output).toEqual(told(step, session.reveal));
    // And the text itself says so.
    expect(text.trimEnd().split('\n').slice(-output.length)).toEqual(output.map((line) => `// ${line}`));
  });

  test('no secret stands in a text before it was revealed', () => {
    for (const step of chosen) {
      const snippet = snippetOf(step, { lesson, network })!;
      const text = textOf(snippet, () => undefined);
      for (const [name, bytes] of secretsOf(session, snippet)) {
        expect(text).not.toContain(toHex(bytes));
        if (snippet.secrets.some((secret) => secret.name === name))
          expect(text).toContain(`reveal the ${name}`);
      }
    }
  });
});

test('the types of every text are right', () => {
  const [, session] = sessions[1]!;
  const lesson = steps(session.trace);
  const files = lesson.map((step, index) => {
    const file = path.join(folder, `typed-${index}.ts`);
    fs.writeFileSync(
      file,
      textOf(snippetOf(step, { lesson, network })!, () => Uint8Array.of(1)),
    );
    return file;
  });
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  expect(problems).toEqual([]);
});
