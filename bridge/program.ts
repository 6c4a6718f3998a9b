/** What `peerglass` does from its first flag to its last signal; main.ts connects it to the process. */
import { type AddressInfo } from 'node:net';
import { type BridgeConfig, type CommandLine, helpText, parseCommandLine } from './config.js';
import { startDemoNode } from './demo-node/index.js';
import { limitsOf } from './limits/settings.js';
import { type LimitStore } from './limits/store.js';
import { createLog } from './log.js';
import { startOps } from './ops.js';
import { type Bridge, localStore, startBridge } from './server.js';
import { packageVersion } from './version.js';
import { Watch } from './watch.js';
import { reloadAloud, type Serving, startWorkers } from './workers.js';

type Run = Extract<CommandLine, { kind: 'run' }>;

export interface Surroundings {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads what is printed. */
  readonly isTerminal: boolean;
  /** The folder of the built page. */
  readonly pageRoot: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Calls back at every SIGTERM and SIGINT. */
  readonly onSignal: (listener: () => void) => void;
  /** Calls back at every SIGHUP. */
  readonly onReload: (listener: () => void) => void;
  readonly exit: (code: number) => void;
}

/** Resolves once it listens, or once there is nothing more to do. */
export async function runProgram(surroundings: Surroundings): Promise<void> {
  const { args, env = {}, print, complain, exit } = surroundings;
  const commandLine = parseCommandLine(args, { env });
  switch (commandLine.kind) {
    case 'help':
      return print(helpText());
    case 'version':
      return print(packageVersion());
    case 'error':
      complain(`${commandLine.message}\nnpm start -- --help lists the flags.`);
      return exit(2);
    case 'run':
      try {
        await serve(commandLine, surroundings);
      } catch (error) {
        complain(startError(error as NodeJS.ErrnoException, commandLine.config));
        exit(1);
      }
  }
}

async function serve({ config, values }: Run, surroundings: Surroundings): Promise<void> {
  const { pageRoot, print, onSignal, onReload, exit, isTerminal } = surroundings;
  const format = config['log-format'] ?? (isTerminal ? 'text' : 'json');
  const logOptions = { format, level: config['log-level'] } as const;
  const log = createLog({ ...logOptions, print });
  const watch = new Watch({
    log,
    logDestinations: config['log-destinations'],
    logClients: config['log-clients'],
  });
  watch.watchProcess();
  const version = packageVersion();
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const demoNode = config['no-demo'] ? undefined : await startDemoNode();
    closers.push(() => demoNode?.close());
    const limits = await openLimits(config, watch);
    closers.push(() => limits.close());
    // First, since no tunnel may lead to its port either.
    const current: { serving?: Serving } = {};
    const opsPort = await openOps(config, () => current.serving, { watch, closers });
    const started: Serving =
      config.workers === 1
        ? alone(
            await startBridge(
              { ...config, 'metrics-port': opsPort },
              { version, pageRoot, demoNode, limits, watch },
            ),
            watch,
          )
        : await startWorkers({
            values: { ...values, ...(opsPort === undefined ? {} : { 'metrics-port': String(opsPort) }) },
            ...{ version, pageRoot, demoNode, limits, watch },
            count: config.workers,
            log: logOptions,
          });
    current.serving = started;
    closers.push(() => started.close(config['drain-seconds']));
    let stopping = false;
    onSignal(() => {
      if (stopping) return exit(0);
      stopping = true;
      log.info('shutting down');
      void closeAll().finally(() => exit(0));
    });
    onReload(() => reloadAloud(started, log));
    if (format === 'text') print(`Peerglass  ${started.url}`);
    else log.info({ url: started.url, version }, 'listening');
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The port of metrics, if they have one of their own. Closed last: whoever asks hears that the bridge is not ready. */
async function openOps(
  { 'metrics-port': port, 'metrics-host': host }: BridgeConfig,
  serving: () => Serving | undefined,
  { watch, closers }: { watch: Watch; closers: (() => unknown)[] },
): Promise<number | undefined> {
  if (port === undefined) return undefined;
  const server = await startOps(
    {
      ready: () => serving()?.ready ?? false,
      metrics: () => serving()?.metrics() ?? watch.registry.metrics(),
    },
    { host, port },
  ).catch((cause: unknown) => {
    throw new OpsError('metrics cannot be served', { cause });
  });
  closers.push(() => server.close());
  const real = (server.address() as AddressInfo).port;
  watch.log.info({ host, port: real }, 'metrics are served');
  return real;
}

const alone = (bridge: Bridge, watch: Watch): Serving =>
  Object.assign(Object.create(bridge) as Bridge, { metrics: () => watch.registry.metrics() });

/** In Redis, if there is one; else here, for the workers too. */
async function openLimits(config: BridgeConfig, watch: Watch): Promise<LimitStore> {
  const local = localStore(config);
  if (config.redis === undefined) return local;
  const { openRedisStore } = await import('./limits/redis-store.js');
  const { windows: limits, tunnels } = limitsOf(config);
  const onState = watch.redisState();
  return openRedisStore({ url: config.redis, limits, tunnels, local, log: watch.log, onState });
}

/** The port of metrics cannot be listened on, rather than the bridge's. */
class OpsError extends Error {
  override readonly name = 'OpsError';
}

/** One line for a person. */
function startError(error: NodeJS.ErrnoException, config: BridgeConfig): string {
  const ofMetrics = error instanceof OpsError;
  const { code, message } = ofMetrics ? (error.cause as NodeJS.ErrnoException) : error;
  const prefix = ofMetrics ? 'metrics-' : '';
  const { host, port } = ofMetrics ? { host: config['metrics-host'], port: config['metrics-port'] } : config;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken: end the other program, or choose a free port with --${prefix}port 0.`;
    case 'EACCES':
      return `Port ${port} of ${host} may not be used by this user: choose one above 1023 with --${prefix}port.`;
    case 'EADDRNOTAVAIL':
      return `This machine does not have the address ${host}: choose another with --${prefix}host.`;
    default:
      return `Peerglass could not start: ${message}`;
  }
}
