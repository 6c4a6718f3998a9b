/** The product with a page whose functions kept their names: what a profile says of it is readable. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build } from 'vite';
import { listening, root, type Product } from '../../setup/start-product.js';

/** Needs a built dist/. The copy is gone when the process ends. */
export async function startLegibleProduct(args: readonly string[]): Promise<Product> {
  const folder = path.join(root, `test/.cache/path/${process.pid}`);
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const part of ['bridge', 'shared'])
    fs.cpSync(path.join(root, 'dist', part), path.join(folder, part), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, '../package.json'));
  const mode = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  await build({
    configFile: path.join(root, 'vite.config.ts'),
    configLoader: 'runner',
    logLevel: 'error',
    build: { outDir: path.join(folder, 'web'), emptyOutDir: true, minify: false },
  });
  process.env.NODE_ENV = mode;
  return listening([path.join(folder, 'bridge/main.js'), '--port', '0', ...args]);
}
