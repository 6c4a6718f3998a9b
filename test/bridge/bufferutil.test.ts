/** bufferutil unmasks several times faster than JavaScript; it is optional, and the bridge works without. */
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import process from 'node:process';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

function isInstalled(): boolean {
  try {
    require.resolve('bufferutil');
    return true;
  } catch {
    return false;
  }
}

/** Which unmasking ws uses in a fresh process, and whether it is right. */
const SCRIPT = `
  const path = require('node:path');
  const { unmask, mask } = require(path.join(path.dirname(require.resolve('ws')), 'lib/buffer-util.js'));
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 255));
  const key = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.alloc(1000);
  mask(bytes, key, masked, 0, 1000);
  unmask(masked, key);
  const native = Object.keys(require.cache).some((file) => file.endsWith('.node'));
  console.log(JSON.stringify({ native, right: masked.equals(bytes) }));
`;

function ask(env: NodeJS.ProcessEnv): { native: boolean; right: boolean } {
  const text = execFileSync(process.execPath, ['-e', SCRIPT], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return JSON.parse(text) as { native: boolean; right: boolean };
}

test.skipIf(!isInstalled())('bufferutil is really used where it is installed (skipped: it is not)', () => {
  // Newer Nodes bring the same of their own, and ws prefers that.
  expect(ask({})).toEqual({ native: !('websocketMask' in http), right: true });
});

test('without it frames are unmasked all the same', () => {
  expect(ask({ WS_NO_BUFFER_UTIL: '1' })).toEqual({ native: false, right: true });
});
