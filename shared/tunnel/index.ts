/** What page and bridge agree on, and the client's end of it. */
export * from './address.js';
export * from './client.js';
export * from './close-codes.js';
export * from './control.js';
export * from './errors.js';
export * from './url.js';
export type * from './websocket.js';
