/** `peerglass`: all of the library but the TCP duplex, which is Node's alone (`peerglass/node`). */
export * from './bip324/index.js';
export * from './chain/index.js';
export { type Duplex } from './duplex.js';
export * from './messages/index.js';
export { networkOfMagic } from './networks.js';
export * from './peer/index.js';
export { systemRandom } from './random.js';
export * from './recording/index.js';
export * from './tunnel/index.js';
export { type Transport, type TransportError, type TransportEvent } from './transport.js';
export * from './v1/index.js';
