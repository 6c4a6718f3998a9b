/** The module's exports: each file keeps its own. Memory from `memoryStart()` on is the caller's. */
export { memoryStart } from './memory';
export { doubleSha256Of80, doubleSha256OfPairs, hashBuffer, hashBufferBytes } from './sha256';
