/** The embedded demo node: a v2 responder on regtest, on the same core as everything else, that works offline at once. */
import { createServer, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';
import { loadEngine, type EngineName } from '../../shared/engine/index.js';
import { type Clock } from '../../shared/peer/index.js';
import { systemRandom, type RandomSource } from '../../shared/random.js';
import { type NodeAddress } from '../../shared/tunnel/address.js';
import { withHistory } from './history.js';
import { MisbehavingNodes } from './misbehaviour/index.js';
import { Traffic } from './traffic.js';
import { Visitor } from './visitor.js';

export interface DemoNodeOptions {
  host?: '127.0.0.1';
  /** 0, the default, picks a free one. */
  port?: number;
  clock?: Clock;
  random?: RandomSource;
  /** Between two announcements, in milliseconds. */
  announceEveryMs?: number;
}

export interface DemoNode {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** What its transports compute with. */
  readonly engine: EngineName;
  /** Of its best block: grows while someone is connected. */
  readonly height: number;
  /** Where it misbehaves in this way (misbehaviour/); undefined when it knows no such way. */
  misbehaving(name: string): Promise<NodeAddress | undefined>;
  close(): Promise<void>;
}

/** As many as a real node takes in by default; further ones are closed at once, as by a node whose slots are full. */
const MAX_VISITORS = 114;
/** Those who misbehave may hold megabytes each. */
const MAX_MISBEHAVING = 32;
const ANNOUNCE_EVERY_MS = 4000;

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (f, ms) => setTimeout(f, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** Resolves once it listens. Rejects when the port is taken. */
export async function startDemoNode(options: DemoNodeOptions = {}): Promise<DemoNode> {
  const { host = '127.0.0.1', clock = systemClock, random = systemRandom } = options;
  const engine = await loadEngine();
  const ledger = withHistory();
  const visitors = new Set<Visitor>();
  const sockets = new Set<Socket>();
  const misbehaving = new MisbehavingNodes({ host, clock, random, maxVisits: MAX_MISBEHAVING });
  const traffic = new Traffic({
    ledger,
    clock,
    visitors,
    everyMs: options.announceEveryMs ?? ANNOUNCE_EVERY_MS,
  });

  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    if (sockets.size >= MAX_VISITORS) return void socket.destroy();
    sockets.add(socket);
    const visitor = new Visitor(socket, { ledger, clock, random, engine });
    visitors.add(visitor);
    traffic.update();
    socket.once('close', () => {
      sockets.delete(socket);
      visitors.delete(visitor);
      traffic.update();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      // From here on a failure to accept concerns one connection.
      server.on('error', () => {});
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `${host}:${port}`,
    host,
    port,
    engine: engine.name,
    get height() {
      return ledger.chain.height;
    },
    misbehaving: (name) => misbehaving.address(name),
    async close() {
      traffic.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const visitor of visitors) visitor.close('shutting down');
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, misbehaving.close()]);
    },
  };
}
