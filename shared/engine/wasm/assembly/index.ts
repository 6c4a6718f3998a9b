/** The module's exports: each file keeps its own. Memory from `memoryStart()` on is the caller's. */
export { memoryStart } from './memory';
export { keysEcdh, keysIsSecret, keysMemory, keysPrepare, keysPublicX, keysWipe } from './keys';
