/**
 * Keeps the whole page in the browser, so that it opens without a network.
 *
 * - What has the hash of its content in its name comes from the cache; everything else of the page comes from the
 *   network while that answers. What is not a file of the page, such as the bridge's API, passes by and is never kept;
 *   only whether there is a bridge at all is answered here when nobody else does.
 * - A new version takes over as soon as it is complete. That disturbs no open page: the files of the version before
 *   are kept too, so that a page that is open still finds the parts that it has not loaded yet.
 */
import { ASKS_PRESENCE, NO_BRIDGE, type Serving } from './serving.js';

interface ManifestEntry {
  /** Relative to this script; './' for the page itself. */
  readonly url: string;
  /** As in a script element: the browser refuses any other content, such as that of half an upload. */
  readonly integrity: string;
}

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly ManifestEntry[] };

/** How long the network may take to begin its answer, where there is another. */
const PATIENCE_MS = 4000;

const manifest = self.__WB_MANIFEST;
const absolute = (url: string): string => new URL(url, location.href).href;
const home = absolute('./');
const hashed = absolute('./assets/');
const integrities = new Map(manifest.map(({ url, integrity }) => [absolute(url), integrity]));

/** Caches belong to the whole origin, which may serve this page under several paths. */
const family = `peerglass ${home} `;
const version = digest(JSON.stringify(manifest)).then((hash) => family + hash);

self.addEventListener('install', (event) => event.waitUntil(keepFiles().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  const url = origin + pathname === absolute('./index.html') ? home : origin + pathname;
  if (url.startsWith(hashed)) event.respondWith(cacheFirst(event.request, url));
  else if (integrities.has(url)) event.respondWith(networkFirst(event.request, url));
  else if (event.request.headers.has(ASKS_PRESENCE)) event.respondWith(presence(event.request));
});

/** All files or, with an error that makes the browser try again later, none that counts. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(await version);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  const missing = [...integrities].filter(([url]) => !kept.has(url));
  await cache.addAll(missing.map(([url, integrity]) => new Request(url, { integrity, cache: 'no-cache' })));
}

async function takeOver(): Promise<void> {
  const [, , ...old] = await versions();
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  const serving: Serving = { type: 'serving', urls: [...integrities.keys()] };
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage(serving);
}

/** The names of this page's caches: this version's first, then the others from the youngest to the oldest. */
async function versions(): Promise<string[]> {
  const own = await version;
  const others = (await caches.keys()).filter((name) => name.startsWith(family) && name !== own);
  return [own, ...others.reverse()];
}

async function fromCache(url: string): Promise<Response | undefined> {
  for (const name of await versions()) {
    const response = await (await caches.open(name)).match(url);
    if (response) return response;
  }
  return undefined;
}

const cacheFirst = async (request: Request, url: string): Promise<Response> =>
  (await fromCache(url)) ?? fetch(request);

async function networkFirst(request: Request, url: string): Promise<Response> {
  return (await fromNetwork(request)) ?? (await fromCache(url)) ?? fetch(request);
}

/** The bridge's own answer or, without one, that there is no bridge. Neither is kept. */
const presence = (request: Request): Promise<Response> =>
  fetch(request).catch(() => new Response(null, { status: NO_BRIDGE }));

/** Nothing when there is no network, when it takes too long, or when a gateway says that the bridge is gone. */
async function fromNetwork(request: Request): Promise<Response | undefined> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: patience.signal });
    return response.status < 500 ? response : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
