/**
 * The built page. Its files are read once at the start, so a request is a look-up among known paths and can name
 * nothing else on the disk.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { SECURITY_HEADERS, sendError } from './http.js';

interface StaticFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly etag: string;
}

export type StaticFiles = ReadonlyMap<string, StaticFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The build puts the hash of a file's contents into its name under assets/. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/** Every file below a folder by its path in a URL; empty when the folder is not there. */
export async function readStaticFiles(root: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const url = `/${path.relative(root, file).split(path.sep).join('/')}`;
    files.set(url, describe(url, await readFile(file)));
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

function describe(url: string, body: Buffer): StaticFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return {
    body,
    etag,
    headers: {
      ...SECURITY_HEADERS,
      'Content-Type': CONTENT_TYPES[path.extname(url)] ?? 'application/octet-stream',
      'Cache-Control': HASHED.test(url) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
    },
  };
}

export function sendStatic(
  files: StaticFiles,
  urlPath: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(urlPath);
  if (file === undefined) {
    if (urlPath !== '/') {
      return sendError(response, 404, {
        code: 'not-found',
        message: 'There is nothing here.',
        hint: 'The page is at /.',
      });
    }
    const hint = 'Build it with: npm run build, then start again.';
    return sendError(response, 503, { code: 'page-not-built', message: 'The page is not built.', hint });
  }
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, file.headers).end();
    return;
  }
  response.writeHead(200, { ...file.headers, 'Content-Length': file.body.length });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}
