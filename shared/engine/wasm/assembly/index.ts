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
