/**
 * How long a chain of headers takes, and how much memory: `npm run build`, then
 * `node --expose-gc test/bench/header-chain.mjs [headers]`. The headers are synthetic, on regtest, where finding one
 * takes two hashes on average; checking one takes the same at any difficulty.
 */
import { createHash } from 'node:crypto';
import process from 'node:process';
import { decodeBlockHeader } from '../../dist/shared/messages/index.js';
import { HeaderChain } from '../../dist/shared/chain/index.js';
import { networks } from '../../dist/shared/networks.js';

const count = Number(process.argv[2] ?? 900_000);
const BATCH = 2000;
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const memory = () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
};
/** @param {number} bytes */
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const rows = Buffer.alloc(80 * count);
let previous = Buffer.from(networks.regtest.genesis.hash, 'hex').reverse();
for (let i = 0; i < count; i++) {
  const row = rows.subarray(80 * i, 80 * (i + 1));
  row.writeUInt32LE(4, 0);
  previous.copy(row, 4);
  row.writeUInt32LE(i, 36);
  row.writeUInt32LE(1_700_000_000 + 600 * i, 68);
  row.writeUInt32LE(0x207fffff, 72);
  do {
    row.writeUInt32LE(row.readUInt32LE(76) + 1, 76);
    previous = sha256(sha256(row));
  } while (previous.readUInt8(31) >= 0x7f);
}

/** @param {string} form */
function measure(form) {
  const before = memory();
  const chain = new HeaderChain(networks.regtest);
  let ms = 0;
  for (let at = 0; at < count; at += BATCH) {
    const batch = [];
    for (let i = at; i < Math.min(count, at + BATCH); i++) {
      const row = new Uint8Array(rows.subarray(80 * i, 80 * (i + 1)));
      batch.push(form === 'bytes' ? row : decodeBlockHeader(row));
    }
    const start = performance.now();
    chain.add(batch);
    ms += performance.now() - start;
  }
  const after = memory();
  let lookups = performance.now();
  for (let height = 0; height <= count; height += 9) {
    const hash = chain.hashAt(height);
    if (hash === undefined || chain.heightOf(hash) !== height) throw new Error(`not found: ${height}`);
  }
  lookups = ((performance.now() - lookups) * 9_000_000) / count;
  process.stdout.write(
    `${form}: ${chain.height} headers in ${(ms / 1000).toFixed(2)} s (${((1000 * ms) / count).toFixed(2)} µs each), ` +
      `${mib(chain.memory)} of rows and index (${mib(after.buffers - before.buffers)} measured, heap ` +
      `${mib(after.heap - before.heap)}), a look-up ${lookups.toFixed(0)} ns\n`,
  );
}

for (const form of ['bytes', 'decoded']) measure(form);
