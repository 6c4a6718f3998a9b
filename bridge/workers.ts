/**
 * `--workers N`: as many processes behind one port. The primary accepts connections for all, counts the limits, runs
 * the demo node and adds up the workers' counts; a worker that dies gives its places back and is replaced.
 */
import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type NodeAddress } from '../shared/tunnel/address.js';
import { parseValues } from './config.js';
import { type DemoNode } from './demo-node/index.js';
import { IpcStore, type LimitAnswer, type LimitRequest, WorkerLimits } from './limits/ipc-store.js';
import { type LimitStore } from './limits/store.js';
import { createLog, type Log, type LogOptions } from './log.js';
import { type Bridge, startBridge } from './server.js';
import { type Raw } from './settings.js';
import { aggregate, Watch } from './watch.js';

type DemoFacts = Pick<DemoNode, 'address' | 'host' | 'port' | 'height' | 'engine'>;

/** What a worker needs to know; the rest it reads from nowhere. */
interface Start {
  readonly type: 'start';
  readonly values: Readonly<Record<string, Raw>>;
  readonly log: Omit<LogOptions, 'print'>;
  readonly version: string;
  readonly pageRoot: string;
  readonly demoNode: DemoFacts | undefined;
}

type FromPrimary =
  | Start
  | LimitAnswer
  | { readonly type: 'height'; readonly height: number }
  | { readonly type: 'count'; readonly id: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'reload' }
  | { readonly type: 'close'; readonly deadlineMs: number };

type FromWorker =
  | LimitRequest
  | { readonly type: 'ask'; readonly id: number; readonly misbehaving?: string }
  | { readonly type: 'counts'; readonly id: number; readonly metrics: object[] }
  | { readonly type: 'hello' }
  | { readonly type: 'listening'; readonly port: number; readonly url: string }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined };

export interface WorkersOptions extends Omit<Start, 'type' | 'demoNode'> {
  readonly count: number;
  readonly limits: LimitStore;
  /** Of the primary itself. */
  readonly watch: Watch;
  readonly demoNode: DemoNode | undefined;
}

/** What serves, in one process or in several. */
export interface Serving extends Pick<Bridge, 'url' | 'port' | 'ready' | 'close' | 'reloadTls'> {
  metrics(): Promise<string>;
}

const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 10_000;
const COUNT_MS = 2000;
const HEIGHT_MS = 2000;

/** Starts all workers. Rejects when the first cannot start. */
export async function startWorkers(options: WorkersOptions): Promise<Serving> {
  const { log } = options.watch;
  // Not what npm start runs, which would build first.
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./main.js', import.meta.url)), args: [] });
  const counts = new Map<number, (metrics: object[]) => void>();
  let closing = false;
  let asked = 0;
  let waitMs = FIRST_WAIT_MS;
  let listened = false;

  const all = () => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const tell = (worker: Worker, message: FromPrimary) => {
    if (worker.isConnected()) worker.send(message, () => undefined);
  };
  const metrics = async () => {
    const own = await options.watch.registry.getMetricsAsJSON();
    const others = all().map(
      (worker) =>
        new Promise<object[] | null>((resolve) => {
          const id = asked++;
          const done = (metrics: object[] | null) => {
            clearTimeout(giveUp);
            counts.delete(id);
            resolve(metrics);
          };
          const giveUp = setTimeout(() => done(null), COUNT_MS);
          counts.set(id, done);
          tell(worker, { type: 'count', id });
        }),
    );
    return aggregate([own, ...(await Promise.all(others))]);
  };

  const start = (): Promise<{ port: number; url: string }> => {
    const worker = cluster.fork();
    const limits = new WorkerLimits(options.limits);
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        switch (message.type) {
          case 'hello': {
            const { values, log, version, pageRoot, demoNode: node } = options;
            const demoNode = node && {
              address: node.address,
              host: node.host,
              port: node.port,
              height: node.height,
              engine: node.engine,
            };
            return tell(worker, { type: 'start', values, log, version, pageRoot, demoNode });
          }
          case 'listening':
            waitMs = FIRST_WAIT_MS;
            return resolve(message);
          case 'failed':
            return reject(Object.assign(new Error(message.message), { code: message.code }));
          case 'limits':
            return void limits.answer(message).then((answer) => tell(worker, answer));
          case 'counts':
            return counts.get(message.id)?.(message.metrics);
          case 'ask': {
            const { id, misbehaving: name } = message;
            const answer = name === undefined ? metrics() : options.demoNode?.misbehaving(name);
            return void Promise.resolve(answer).then(
              (answer) => tell(worker, { type: 'answer', id, answer }),
              () => tell(worker, { type: 'answer', id, answer: undefined }),
            );
          }
        }
      });
      worker.once('exit', (code, signal) => {
        limits.releaseAll();
        reject(new Error(`a worker ended (${signal ?? code})`));
        if (closing || !listened) return;
        log.error({ worker: worker.id, code, signal, waitMs }, 'a worker ended; it is replaced');
        setTimeout(() => closing || void start().catch(() => undefined), waitMs);
        waitMs = Math.min(2 * waitMs, MAX_WAIT_MS);
      });
    });
  };

  const first = await start();
  listened = true; // and with port 0, the others get the same one
  const count = options.count === 0 ? availableParallelism() : options.count;
  await Promise.all(Array.from({ length: count - 1 }, start)).catch((error: unknown) => {
    log.error({ reason: (error as Error).message }, 'a worker could not start');
  });
  const heights = setInterval(() => {
    const height = options.demoNode?.height;
    if (height !== undefined) for (const worker of all()) tell(worker, { type: 'height', height });
  }, HEIGHT_MS).unref();

  return {
    ...first,
    get ready() {
      return !closing && all().length > 0;
    },
    metrics,
    reloadTls: () => all().forEach((worker) => tell(worker, { type: 'reload' })),
    async close(deadlineMs = 0) {
      closing = true;
      clearInterval(heights);
      const gone = all().map(
        (worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
      );
      for (const worker of all()) tell(worker, { type: 'close', deadlineMs });
      // They have the same deadline, and hold to it unless they are stuck.
      const giveUp = setTimeout(
        () => all().forEach((worker) => worker.process.kill('SIGKILL')),
        deadlineMs + 1000,
      );
      await Promise.all(gone);
      clearTimeout(giveUp);
    },
  };
}

/** A worker, from its primary's first word to its last; without a primary Node ends it. */
export function runWorker(print: (line: string) => void): void {
  const send = (message: FromWorker) => void process.send?.(message, undefined, {}, () => undefined);
  const limits = new IpcStore(send);
  const waiting = new Map<number, (answer: unknown) => void>();
  const ask = (question: { misbehaving?: string }) =>
    new Promise<unknown>((resolve) => {
      const id = waiting.size === 0 ? 0 : Math.max(...waiting.keys()) + 1;
      waiting.set(id, resolve);
      send({ type: 'ask', id, ...question });
    });
  let bridge: Bridge | undefined;
  let watch: Watch | undefined;
  let log: Log | undefined;
  let height = 0;
  // The primary tells when it is time: a terminal sends its signals to all.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

  const start = async ({ values, log: options, version, pageRoot, demoNode: facts }: Start) => {
    const config = parseValues(values);
    log = createLog({ ...options, print });
    watch = new Watch({
      log,
      logDestinations: config['log-destinations'],
      logClients: config['log-clients'],
    });
    watch.watchProcess();
    height = facts?.height ?? 0;
    const demoNode = facts && {
      ...facts,
      get height() {
        return height;
      },
      misbehaving: (name: string) => ask({ misbehaving: name }) as Promise<NodeAddress | undefined>,
      close: () => Promise.resolve(),
    };
    const metrics = () => ask({}) as Promise<string>;
    bridge = await startBridge(config, { version, pageRoot, demoNode, limits, watch, metrics });
    send({ type: 'listening', port: bridge.port, url: bridge.url });
  };

  process.on('message', (message: FromPrimary) => {
    switch (message.type) {
      case 'start':
        return void start(message).catch((error: NodeJS.ErrnoException) => {
          send({ type: 'failed', message: error.message, code: error.code });
          process.exitCode = 1;
          process.disconnect();
        });
      case 'limits':
        return limits.take(message);
      case 'answer':
        waiting.get(message.id)?.(message.answer);
        return void waiting.delete(message.id);
      case 'height':
        height = message.height;
        return;
      case 'count':
        return void watch?.registry
          .getMetricsAsJSON()
          .then((metrics) => send({ type: 'counts', id: message.id, metrics }));
      case 'reload':
        return reloadAloud(bridge, log);
      case 'close':
        return void (bridge?.close(message.deadlineMs) ?? Promise.resolve()).finally(() => process.exit(0));
    }
  });
  send({ type: 'hello' });
}

/** The old certificate stays when the new one is no good. */
export function reloadAloud(serving: Pick<Bridge, 'reloadTls'> | undefined, log: Log | undefined): void {
  try {
    serving?.reloadTls();
    log?.info('certificate and key were read again');
  } catch (error) {
    log?.error({ reason: (error as Error).message }, 'certificate and key stay as they were');
  }
}
