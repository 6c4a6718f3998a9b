/** Programs that a test or a benchmark starts. Tests import them from processes.ts, which ends them with each file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The child processes and folders of this process: gone when it ends. */
const children = new Set<ChildProcess>();
const folders = new Set<string>();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  removeFolders();
});

/** Ends them all, and removes the folders. */
export async function stopAll(): Promise<void> {
  await Promise.all([...children].map((child) => stopChild(child)));
  removeFolders();
}

function removeFolders(): void {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** Starts a program whose output is read through `stdout` and `stderr`. */
export function startChild(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/** Asks the child to end, and insists after `patienceMs`. Resolves once it is gone. */
export async function stopChild(child: ChildProcess, patienceMs = 20_000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(insist);
}

/** A folder of its own in the system's temporary folder. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `peerglass-${name}-`));
  folders.add(folder);
  return {
    path: folder,
    remove() {
      fs.rmSync(folder, { recursive: true, force: true });
      folders.delete(folder);
    },
  };
}

/** Ports that nobody listens on now. Another process may take one before it is used: then start again. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
