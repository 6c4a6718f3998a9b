/** Bridge, node and proxies, each in a process of its own, and what the system tells of them. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';

const here = import.meta.dirname;
const script = (name: string) => path.join(here.endsWith('assets') ? path.dirname(here) : here, `${name}.js`);

export interface Part {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function watched(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function startScript(name: string, args: readonly string[], execArgv: string[] = []): Promise<Part> {
  const child = watched(fork(script(name), args, { execArgv }));
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended at once`))),
  ])) as [{ port: number }];
  return { child, pid: child.pid!, port: said.port };
}

export const startNode = (): Promise<Part> => startScript('node', []);
export const startProxy = (port: number): Promise<Part> => startScript('proxy', [String(port)]);

/** Every limit on, and none of them reached. */
const LIMITS = [
  ...['--max-tunnels', '--max-tunnels-per-client'],
  ...['--max-opens-per-minute', '--max-opens-per-minute-in-all'],
  ...['--max-destinations-per-hour', '--max-failures-per-hour'],
  ...['--max-mib-per-day', '--max-mib-per-day-in-all'],
  ...['--max-kib-per-second', '--max-kib-per-second-in-all'],
].flatMap((flag) => [flag, '900000000']);

export const bridgeFlags = (node: Part, flags: readonly string[] = []): string[] => [
  ...['--port', '0', '--no-demo', '--allow', `127.0.0.1:${node.port}`],
  ...LIMITS,
  ...flags,
];

/** The bridge with gauges that `gauges` reads. */
export const startBridgeProcess = (node: Part, flags: readonly string[] = []): Promise<Part> =>
  startScript('bridge', bridgeFlags(node, flags), ['--expose-gc']);

export interface Gauges {
  readonly tunnels: number;
  readonly bufferedBytes: number;
  readonly peakBufferedBytes: number;
  /** Bytes, after a garbage collection. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

export async function gauges(bridge: Part): Promise<Gauges> {
  const answer = once(bridge.child, 'message');
  bridge.child.send('gauges');
  const [told] = (await answer) as [Gauges];
  return told;
}

/** The program itself: bridge/main.ts. */
export async function startProgram(node: Part): Promise<Part> {
  const args = [script('program'), ...bridgeFlags(node)];
  const child = watched(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  let text = '';
  const port = await new Promise<number>((resolve, reject) => {
    // It goes on to log: whoever stopped reading would break its pipe.
    child.stdout!.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4096);
      const found = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error('the bridge ended at once')));
  });
  return { child, pid: child.pid!, port };
}

/** A port that nobody listens on now. */
export async function freshPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Debian's websockify, or undefined where it is not installed. */
export async function startWebsockify(node: Part, port: number): Promise<Part | undefined> {
  try {
    execFileSync('websockify', ['--help'], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  const args = [`127.0.0.1:${port}`, `127.0.0.1:${node.port}`];
  const child = watched(spawn('websockify', args, { stdio: 'ignore' }));
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return { child, pid: child.pid!, port };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('websockify does not listen');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ends it, and resolves with its exit code. */
export async function stop({ child }: Part, signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await exited)[0];
}

/** KiB in memory. */
export function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

export const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** A process and all that it started. */
export function family(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(text === '' ? [] : text.split(' ').flatMap((child) => family(Number(child))))];
}

/** Seconds of processor time, of a process and all that it started. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const one of family(pid)) {
    const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime and stime; of children that are gone, their parent's cutime and cstime.
    ticks += [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  }
  return ticks / 100;
}
