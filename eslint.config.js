// @ts-check
import path from 'node:path';
import js from '@eslint/js';
import globals from 'globals';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The design's import arrows. A file may import from its own folder and from what its row lists; the row of
 * the longest matching prefix counts. Nothing else inside the project may be imported.
 * @type {Record<string, string[]>}
 */
const ARROWS = {
  'shared/bytes': [],
  'shared/random': [],
  'shared/hashes': [],
  'shared/networks': ['shared/bytes'],
  'shared/duplex': [],
  'shared/type-field': ['shared/bytes'],
  // The seam: both transports' events and states, and what v1 shares with v2 (the trace, the error of a late send).
  'shared/transport': ['shared/bip324', 'shared/v1', 'shared/networks'],
  'shared/engine': ['shared/bytes', 'shared/random', 'shared/hashes'],
  'shared/bip324': ['shared/engine', 'shared/networks', 'shared/random', 'shared/bytes', 'shared/type-field'],
  'shared/v1': ['shared/transport', 'shared/networks', 'shared/bytes', 'shared/type-field'],
  'shared/script': ['shared/networks', 'shared/bytes'],
  // The registry of messages shows BIP324's short ids, and a transaction's fields their scripts as text.
  'shared/messages': [
    'shared/networks',
    'shared/bytes',
    'shared/hashes',
    'shared/bip324/message-type',
    'shared/script/asm',
  ],
  'shared/chain': [
    'shared/messages',
    'shared/script',
    'shared/engine',
    'shared/networks',
    'shared/hashes',
    'shared/bytes',
  ],
  'shared/tunnel': ['shared/networks', 'shared/duplex', 'shared/bytes'],
  'shared/peer': [
    'shared/messages',
    // Whoever sends headers without work is no peer.
    'shared/chain',
    'shared/bip324',
    'shared/v1',
    'shared/transport',
    'shared/duplex',
    'shared/networks',
    'shared/random',
    'shared/hashes',
    'shared/bytes',
  ],
  // Two ends of the real thing, and how our own peer times out.
  'shared/lab': [
    'shared/bip324',
    'shared/engine',
    'shared/messages',
    'shared/peer',
    'shared/networks',
    'shared/random',
    'shared/bytes',
  ],
  shared: ['shared'],
  bridge: ['shared', 'bridge'],
  'web/worker': ['shared'],
  'web/offline': [],
  web: ['shared', 'web'],
};

/** @type {import('eslint').Rule.RuleModule} */
const arrows = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { arrow: '{{from}} must not import {{to}} (design: import arrows)' },
  },
  create(context) {
    const inProject = (/** @type {string} */ file) =>
      path
        .relative(import.meta.dirname, file)
        .split(path.sep)
        .join('/');
    const from = inProject(context.filename);
    const row = Object.keys(ARROWS)
      .filter((key) => from === key || from.startsWith(`${key}/`) || from.startsWith(`${key}.`))
      .sort((a, b) => b.length - a.length)[0];
    const check = (/** @type {import('estree').Node | null | undefined} */ source) => {
      if (row === undefined || source?.type !== 'Literal' || typeof source.value !== 'string') return;
      if (!source.value.startsWith('.')) return;
      const to = inProject(path.resolve(path.dirname(context.filename), source.value));
      const allowed = [row, ...(ARROWS[row] ?? [])];
      if (allowed.some((key) => to.startsWith(`${key}/`) || to.startsWith(`${key}.`))) return;
      context.report({ node: source, messageId: 'arrow', data: { from, to } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
    };
  },
};

export default tseslint.config(
  // AssemblyScript's decorators on functions are no TypeScript.
  { ignores: ['dist/', 'coverage/', 'test/.cache/', 'shared/engine/wasm/assembly/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    plugins: { peerglass: { rules: { arrows } } },
    rules: {
      'peerglass/arrows': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // The compiler's noUncheckedIndexedAccess makes an index that was just checked need its "!".
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['shared/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'Date',
        'setTimeout',
        'setInterval',
        'performance',
        'fetch',
        'process',
        'WebSocket',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'randomness is injected' },
      ],
    },
  },
  {
    files: ['shared/**/*.ts'],
    ignores: ['shared/random.ts', 'shared/platform.d.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "Identifier[name='crypto']", message: 'only shared/random.ts touches crypto' },
      ],
    },
  },
  { files: ['web/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
  { files: ['**/*.{js,mjs}', 'test/**/*.ts', 'bridge/**/*.ts'], languageOptions: { globals: globals.node } },
  { files: ['test/**/*.ts', 'bridge/*.mjs', 'bridge/main.ts'], rules: { 'no-console': 'off' } },
);
