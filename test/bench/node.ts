/** `npm run bench [-- --json FILE] [--only NAME,…] [--rounds N] [--slice-ms N]`: the engine against packages, in Node. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import process from 'node:process';
import { TAG_BYTES } from '../../shared/engine/engine.js';
import { ownEngines, type Environment, type NativeAead } from './environment.js';
import { readFlags } from './flags.js';
import { measureGroups } from './groups.js';
import { aboutRun, textOf, writeJson } from './report.js';

const environment: Environment = {
  engines: await ownEngines(),
  aead: (key, nonce): NativeAead => ({
    name: 'node:crypto',
    seal(plaintext) {
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
      const out = new Uint8Array(plaintext.length + TAG_BYTES);
      out.set(cipher.update(plaintext));
      cipher.final();
      out.set(cipher.getAuthTag(), plaintext.length);
      return out;
    },
    open(ciphertext) {
      const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
      const out = cipher.update(ciphertext.subarray(0, -TAG_BYTES));
      cipher.final();
      return out;
    },
  }),
  sha256: {
    name: 'node:crypto',
    hash: (message) => createHash('sha256').update(message).digest(),
  },
};

export async function main(root: string): Promise<void> {
  const { only, json, ...settings } = readFlags();
  const groups = await measureGroups(environment, only, settings, (text) =>
    process.stderr.write(`bench: ${text}\n`),
  );
  const about = aboutRun(root, `Node ${process.versions.node}`, settings.rounds);
  process.stdout.write(`${textOf(about, groups)}\n`);
  if (json !== undefined) writeJson(json, about, groups);
}
