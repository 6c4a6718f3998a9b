/** The README's example, run as it stands against the demo node. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startDemoNode } from '../../bridge/demo-node/index.js';
import { root } from '../setup/product.js';
import { startChild, stopChild } from '../setup/processes.js';

test('the library example reaches a node and lists its messages', async () => {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(example).toContain("from 'peerglass/peer'");
  const node = await startDemoNode({ announceEveryMs: 50 });
  // Inside the package's folder, so that it finds the package by its name.
  fs.mkdirSync(path.join(root, 'test/.cache'), { recursive: true });
  const folder = fs.mkdtempSync(path.join(root, 'test/.cache/readme-'));
  const file = path.join(folder, 'example.mjs');
  fs.writeFileSync(file, example!.replace('port: 18444', `port: ${node.port}`));
  const child = startChild(process.execPath, [file]);
  try {
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        output += text.toString();
        if (/^inv$/m.test(output)) resolve();
      });
      child.stderr.on('data', (text: Buffer) => (output += text.toString()));
      child.once('exit', () => reject(new Error(output)));
    });
    expect(output.split('\n')[0]).toContain('Peerglass');
  } finally {
    await stopChild(child);
    await node.close();
    fs.rmSync(folder, { recursive: true });
  }
});
