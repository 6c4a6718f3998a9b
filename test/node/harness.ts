import { inject } from 'vitest';
import '../setup/processes.js';
import { startBitcoinNode, type BitcoinNode } from './bitcoin-node.js';

export { RpcError, type BitcoinNode, type PeerInfo } from './bitcoin-node.js';

/** As `startBitcoinNode`, with the program that the tests have. It ends with the file at the latest. */
export async function startNode(extraArgs: readonly string[] = []): Promise<BitcoinNode> {
  const tool = inject('bitcoind');
  if (!('path' in tool)) throw new Error(tool.missing);
  return startBitcoinNode(tool.path, extraArgs);
}
