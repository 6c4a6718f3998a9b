/** A static host that serves a copy of the built page under some path, and nothing else. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { root } from '../setup/product.js';

export interface PageHost {
  readonly url: string;
  /**
   * Puts a newer version in the place of what is served: a whole one whose scripts have other names and contents, or
   * half of one: its service worker, but the files of the version before. Returns the former name of the entry.
   */
  publish(what: 'next' | 'half'): string;
  /** From now on it answers everything with 502, as a gateway does whose server is gone. */
  fail(): void;
  close(): Promise<void>;
}

type Files = Map<string, Buffer>;

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

export async function pageHost(prefix: string): Promise<PageHost> {
  let files = builtPage();
  let failing = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://host').pathname;
    const name = url.slice(prefix.length) || 'index.html';
    const body = url.startsWith(prefix) ? files.get(name) : undefined;
    if (failing) return void response.writeHead(502).end('Bad gateway');
    response.writeHead(body ? 200 : 404, { 'Content-Type': TYPES[path.extname(name)] ?? 'text/plain' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    publish(what) {
      const entry = /assets\/(index-[\w-]+\.js)/.exec(String(files.get('index.html')))![1]!;
      const next = nextVersion(files, entry);
      files = what === 'next' ? next : new Map([...files, [SERVICE_WORKER, next.get(SERVICE_WORKER)!]]);
      return entry;
    },
    fail() {
      failing = true;
    },
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const SERVICE_WORKER = 'service-worker.js';

function builtPage(): Files {
  const folder = path.join(root, 'dist/web');
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return new Map(
    names.map((name) => [name.split(path.sep).join('/'), fs.readFileSync(path.join(folder, name))]),
  );
}

/** As a build would after a change of every script: other contents, other names, and a service worker that knows them. */
function nextVersion(files: Files, entry: string): Files {
  const scripts = [...files.keys()].filter((name) => /^assets\/.*\.js$/.test(name));
  const renamed = (text: string) =>
    scripts.reduce((all, name) => all.replaceAll(path.basename(name), newName(path.basename(name))), text);
  const next: Files = new Map();
  for (const [name, body] of files) {
    const changes = /\.(js|html)$/.test(name);
    const isScript = scripts.includes(name);
    next.set(
      renamed(name),
      changes ? Buffer.from(renamed(String(body)) + (isScript ? '\n// next' : '')) : body,
    );
  }
  if (!next.has(`assets/${newName(entry)}`)) throw new Error('the entry has kept its name');
  const worker = String(next.get(SERVICE_WORKER)).replace(
    /"integrity":"sha256-[^"]+","revision":null,"url":"([^"]+)"/g,
    (_, url: string) => {
      const body = next.get(url === './' ? 'index.html' : url)!;
      const integrity = `sha256-${createHash('sha256').update(body).digest('base64')}`;
      return JSON.stringify({ integrity, revision: null, url }).slice(1, -1);
    },
  );
  return next.set(SERVICE_WORKER, Buffer.from(worker));
}

/** A hash of the same length, so that it looks like one. */
const newName = (name: string): string => name.replace(/-[\w-]{8}\.js$/, (old) => `-N${old.slice(2)}`);
