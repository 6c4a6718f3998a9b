/** What a service worker tells every open page once it has taken over. */
export interface Serving {
  readonly type: 'serving';
  /** Every file of its version of the page, as absolute URLs. */
  readonly urls: readonly string[];
}
