import path from 'node:path';
import { startChild, stopChild } from './children.js';

export const root = path.resolve(import.meta.dirname, '../..');

/** The running product: page, bridge and demo node in one process. */
export interface Product {
  /** Where it serves, as it printed: 'http://127.0.0.1:PORT'. */
  readonly url: string;
  readonly pid: number;
  /** Everything it has printed so far, standard output and error. */
  output(): string;
  /** Sends SIGTERM and resolves with the exit code once it has ended; null when it had to be killed. */
  stop(): Promise<number | null>;
}

/** Starts dist/bridge/main.js on a free port and resolves when it listens. */
export function startProduct(args: readonly string[] = []): Promise<Product> {
  return listening([path.join(root, 'dist/bridge/main.js'), '--port', '0', ...args]);
}

/** Runs node with these arguments and resolves when it prints its URL. */
export async function listening(args: readonly string[], cwd = root): Promise<Product> {
  const child = startChild(process.execPath, args, { cwd });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text.toString();
      const url = /https?:\/\/[^\s/"]+(?=[/\s"])/.exec(output)?.[0];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the product ended before it listened:\n${output}`)));
  });
  return {
    url,
    pid: child.pid!,
    output: () => output,
    async stop() {
      await stopChild(child);
      return child.exitCode;
    },
  };
}
