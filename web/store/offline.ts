import { create } from 'zustand';
import type { Serving } from '../offline/serving.js';

/** The page's end of the service worker that keeps the page for use without a network. */

export const useOffline = create<{
  /** A version that is newer than what is on screen is complete in this browser. */
  readonly newer: boolean;
}>(() => ({ newer: false }));

/** Only where a browser lets it: over HTTPS or from this machine, and with storage switched on. */
export function keepForOffline(): void {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (!import.meta.env.PROD || !serviceWorker) return;
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<Serving>) => {
    if (data.type === 'serving') useOffline.setState({ newer: isNewer(data.urls) });
  });
  const lookForUpdate = async () => {
    if (document.visibilityState === 'visible') await (await serviceWorker.getRegistration())?.update();
  };
  // After the page itself: keeping it must not delay it. A page that stays open looks again when somebody comes back.
  addEventListener('load', () => {
    serviceWorker.register('./service-worker.js').then(
      () => document.addEventListener('visibilitychange', () => void lookForUpdate().catch(() => undefined)),
      () => undefined,
    );
  });
}

/** Names under assets/ hold the hash of the content: a page is of a version if all that it is made of is. */
function isNewer(urls: readonly string[]): boolean {
  const assets = new URL('./assets/', document.baseURI).href;
  const mine = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src);
  const styles = [...document.querySelectorAll<HTMLLinkElement>('link[href]')].map(({ href }) => href);
  return [...mine, ...styles].some((url) => url.startsWith(assets) && !urls.includes(url));
}
