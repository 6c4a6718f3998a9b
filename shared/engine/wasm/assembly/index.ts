/** The module's exports: each file keeps its own. Memory from `memoryStart()` on is the caller's. */
export { memoryStart } from './memory';
export * from './packets';
export {
  keysDecode,
  keysEcdh,
  keysEncode,
  keysIsOnCurve,
  keysIsSecret,
  keysIsU,
  keysMemory,
  keysPrepare,
  keysPublicX,
  keysWipe,
} from './keys';
export { doubleSha256Of80, doubleSha256OfPairs, hashBuffer, hashBufferBytes } from './sha256';
