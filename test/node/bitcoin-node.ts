import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts, startChild, stopChild, temporaryFolder } from '../setup/children.js';

/** A real Bitcoin node on regtest that dials nobody: it waits for peers on 127.0.0.1. */
export interface BitcoinNode {
  readonly host: '127.0.0.1';
  readonly p2pPort: number;
  /** Calls the node by JSON-RPC. @throws {RpcError} when the node answers with an error */
  rpc<Result = unknown>(method: string, ...params: unknown[]): Promise<Result>;
  /** Everything it has logged so far (with -debug=net). */
  log(): string;
  /** Waits for `find` to return something else than undefined or false. */
  until<T>(find: () => T | Promise<T>): Promise<Exclude<T, undefined | false>>;
  /** The peers it has, as `getpeerinfo` tells. */
  peers(): Promise<PeerInfo[]>;
  stop(): Promise<void>;
}

/** What the tests read of `getpeerinfo`. */
export interface PeerInfo {
  id: number;
  addr: string;
  inbound: boolean;
  subver: string;
  version: number;
  services: string;
  transport_protocol_type: 'detecting' | 'v1' | 'v2';
  session_id: string;
  bytessent: number;
  bytesrecv: number;
}

export class RpcError extends Error {
  readonly code: number;
  constructor(method: string, error: { code: number; message: string }) {
    super(`${method}: ${error.message} (${error.code})`);
    this.name = 'RpcError';
    this.code = error.code;
  }
}

/**
 * Starts a node and resolves when it answers. It ends with `stop()`, or at the latest with the process.
 * @param binary bitcoind
 * @param extraArgs come last and win: '-v2transport=0', '-debug=…', …
 */
export async function startBitcoinNode(
  binary: string,
  extraArgs: readonly string[] = [],
): Promise<BitcoinNode> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(binary, extraArgs);
    } catch (error) {
      // Between picking a port and the node's taking it, another test may have taken it.
      if (attempt === 3 || !/Unable to bind|address already in use/i.test(String(error))) throw error;
    }
  }
}

async function startOnce(binary: string, extraArgs: readonly string[]): Promise<BitcoinNode> {
  const [p2pPort, rpcPort] = (await freePorts(2)) as [number, number];
  const folder = temporaryFolder('node');
  const child = startChild(binary, [
    '-regtest',
    `-datadir=${folder.path}`,
    '-server',
    '-listen=1',
    '-v2transport=1',
    '-connect=0',
    '-dnsseed=0',
    '-fixedseeds=0',
    '-listenonion=0',
    '-discover=0',
    `-bind=127.0.0.1:${p2pPort}`,
    '-rpcbind=127.0.0.1',
    '-rpcallowip=127.0.0.1',
    `-rpcport=${rpcPort}`,
    '-debug=net',
    '-logtimemicros',
    '-printtoconsole=0',
    ...extraArgs,
  ]);
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  child.stdout.resume();
  child.once('error', (error) => (complaint += String(error)));

  const regtest = path.join(folder.path, 'regtest');
  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  let calls = 0;

  const node: BitcoinNode = {
    host: '127.0.0.1',
    p2pPort,
    async rpc<Result>(method: string, ...params: unknown[]) {
      const cookie = fs.readFileSync(path.join(regtest, '.cookie'), 'utf8');
      const response = await fetch(`http://127.0.0.1:${rpcPort}/`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(cookie).toString('base64')}` },
        body: JSON.stringify({ id: (calls += 1), method, params }),
      });
      const answer = (await response.json()) as {
        result: Result;
        error: { code: number; message: string } | null;
      };
      if (answer.error) throw new RpcError(method, answer.error);
      return answer.result;
    },
    log: () => fs.readFileSync(path.join(regtest, 'debug.log'), 'utf8'),
    async until<T>(find: () => T | Promise<T>) {
      for (;;) {
        const found = await find();
        if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
        if (ended()) throw new Error(`the node ended: ${complaint}`);
        await pause(20);
      }
    },
    peers: () => node.rpc<PeerInfo[]>('getpeerinfo'),
    async stop() {
      await stopChild(child);
      folder.remove();
    },
  };

  try {
    await node.until(() => node.rpc('getnetworkinfo').then(Boolean, () => undefined));
  } catch (error) {
    await node.stop();
    throw error;
  }
  return node;
}
