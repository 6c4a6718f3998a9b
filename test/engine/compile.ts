import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compileEngine } from '../../bridge/build-engine.mjs';
import { root } from '../setup/product.js';

const ASSEMBLY = 'shared/engine/wasm/assembly';

/** Compiles a copy of the module's sources, as the build does, after `change` has had its way with them. */
export async function compileChanged(change: (folder: string) => void): Promise<Uint8Array<ArrayBuffer>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peerglass-engine-'));
  try {
    const copy = path.join(folder, ASSEMBLY);
    fs.cpSync(path.join(root, ASSEMBLY), copy, { recursive: true });
    change(copy);
    return new Uint8Array(Buffer.from(/'([^']+)'/.exec(await compileEngine(folder))![1]!, 'base64'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
