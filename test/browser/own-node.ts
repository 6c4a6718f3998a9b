import { afterAll, afterEach } from 'vitest';
import { startProduct } from '../setup/product.js';
import { bench, type Bench } from './harness.js';
import { listenAsNode, type OwnNode } from './scripted-node.js';

export { listenAsNode, respond, respondWith, type OwnNode } from './scripted-node.js';

/** A bench whose product may connect to a node of ours; what that serves is up to the test. Its sockets end with it. */
export function benchWithNode(executablePath: string): Bench & { readonly node: OwnNode } {
  let node: OwnNode | undefined;
  const set = bench(executablePath, async () => {
    node = await listenAsNode();
    return startProduct(['--allow', node.address]);
  });
  afterEach(() => node?.hangUp());
  afterAll(() => node?.close());
  return Object.defineProperty(set, 'node', { get: () => node }) as ReturnType<typeof benchWithNode>;
}
