/// <reference types="vitest/config" />
import fs from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string;
};

/** What both test projects share. */
const test = {
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

/** Tests of the built product: they need dist/, the others read the sources. */
const product = ['test/browser/**/*.test.ts', 'test/package/**/*.test.ts'];

export default defineConfig({
  root: path.join(root, 'web'),
  // Relative, so that the page also works on a static host, under any path.
  base: './',
  plugins: [react()],
  define: { __VERSION__: JSON.stringify(version) },
  worker: { format: 'es' },
  build: {
    outDir: path.join(root, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows neither inline scripts nor data: URLs.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: {
    root,
    globalSetup: path.join(root, 'test/setup/tools-setup.ts'),
    reporters: ['default', path.join(root, 'test/setup/count-reporter.ts')],
    projects: [
      {
        root,
        test: { ...test, name: 'source', include: ['test/**/*.test.ts'], exclude: product },
      },
      {
        root,
        test: { ...test, name: 'product', include: product, globalSetup: 'test/setup/build-setup.ts' },
      },
    ],
  },
});
