/** The same blocks through the same bridge into Node, without a browser: how fast the node and the bridge are. */
import { WebSocket } from 'ws';
import { V2Transport } from '../../../shared/bip324/index.js';
import { loadEngine, type EngineName } from '../../../shared/engine/index.js';
import { encodeMessage, hashFromString, inventoryTypes } from '../../../shared/messages/index.js';
import { networks } from '../../../shared/networks.js';
import { openTunnel, type WebSocketConstructor } from '../../../shared/tunnel/index.js';
import { Peer } from '../../../shared/peer/index.js';
import type { DownloadOptions } from './download.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (f: () => void, ms: number): unknown => setTimeout(f, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

/** @returns MB/s, from the question to the last block */
export async function straight({ url, node, engine, hashes }: DownloadOptions): Promise<number> {
  const [host = '', port] = node.split(':');
  const tunnel = openTunnel({
    bridgeUrl: url,
    host,
    port: Number(port),
    WebSocket: WebSocket as unknown as WebSocketConstructor,
  });
  const peer = new Peer({
    role: 'initiator',
    transport: V2Transport.initiator({
      network: networks.regtest,
      engine: await loadEngine(engine as EngineName | undefined),
    }),
    duplex: tunnel.duplex,
    clock,
    opaque: new Set(['block']),
  });
  await peer.ready;
  const inventory = hashes.map((hash) => ({ type: inventoryTypes.witnessBlock, hash: hashFromString(hash) }));
  const messages = peer[Symbol.asyncIterator]();
  const startedAt = performance.now();
  peer.sendRaw('getdata', encodeMessage('getdata', { inventory }));
  let [blocks, bytes] = [0, 0];
  while (blocks < hashes.length) {
    const { done, value } = await messages.next();
    if (done === true) throw new Error('the node ended the session');
    if (value.type !== 'block') continue;
    blocks++;
    bytes += value.payload.length;
  }
  const ms = performance.now() - startedAt;
  peer.close();
  return bytes / 1000 / ms;
}
