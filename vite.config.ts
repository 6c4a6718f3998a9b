/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const root = import.meta.dirname;

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string;
};

/** What both test projects share. */
const test = {
  pool: 'forks',
  setupFiles: path.join(root, 'test/setup/equal-bytes.ts'),
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // As long as a browser's own waits: what is waited for comes, however busy the machine is.
  expect: { poll: { timeout: 30_000 } },
} as const;

/** Tests of the built product: they need dist/, the others read the sources. */
const product = [
  'test/browser/**/*.test.ts',
  'test/package/**/*.test.ts',
  'test/bridge/product/**/*.test.ts',
];

/** Builds web/offline/service-worker.ts into the page, with the list of all other files and their hashes. */
function serviceWorker(): PluginOption {
  const byUrl = (a: { url: string }, b: { url: string }) => (a.url < b.url ? -1 : 1);
  let built = '';
  return [
    {
      name: 'note-folder',
      configResolved: (config) => {
        built = path.resolve(config.root, config.build.outDir);
      },
    },
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'offline',
      filename: 'service-worker.ts',
      // The page registers it, and its manifest is a file like any other.
      injectRegister: false,
      manifest: false,
      injectManifest: {
        rollupFormat: 'iife',
        globPatterns: ['**/*'],
        maximumFileSizeToCacheInBytes: 2 ** 24,
        manifestTransforms: [
          (entries) => ({
            manifest: entries.toSorted(byUrl).map(({ url, size }) => {
              const hash = createHash('sha256').update(fs.readFileSync(path.join(built, url)));
              const integrity = `sha256-${hash.digest('base64')}`;
              return { url: url === 'index.html' ? './' : url, size, revision: null, integrity };
            }),
          }),
        ],
      },
      // It would print its progress, whoever builds.
      integration: { configureCustomSWViteBuild: (options) => void (options.logLevel = 'error') },
    }),
  ];
}

export default defineConfig({
  root: path.join(root, 'web'),
  // Relative, so that the page also works on a static host, under any path.
  base: './',
  plugins: [react(), serviceWorker()],
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
    // One more than cores, as half the time of a browser's or a node's file is waiting. Vitest by itself leaves a core
    // free: on a machine with two, each file would wait for the one before.
    maxWorkers: os.availableParallelism() + 1,
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
