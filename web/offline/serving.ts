/** What a service worker tells every open page once it has taken over. */
export interface Serving {
  readonly type: 'serving';
  /** Every file of its version of the page, as absolute URLs. */
  readonly urls: readonly string[];
}

/**
 * The header by which the page's own question under /v1/info is told from all others, and what the service worker
 * answers it with when nobody else does: an error there is in the browser's console what an absent bridge is not.
 */
export const ASKS_PRESENCE = 'X-Peerglass-Asks';
export const NO_BRIDGE = 204;
