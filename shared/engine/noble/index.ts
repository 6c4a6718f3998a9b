import { nobleHashes } from '../../hashes.js';
import type { Engine } from '../engine.js';
import { ellswiftCreate, ellswiftDecode, xOnlyEcdh } from './keys.js';
import { NobleOpener } from './opener.js';
import { NobleSealer } from './sealer.js';

/** The reference engine, on @noble/curves and @noble/ciphers alone: works on every platform. */
export const nobleEngine: Engine = {
  ...nobleHashes,
  name: 'noble',
  ellswiftCreate,
  ellswiftDecode,
  xOnlyEcdh,
  opener: (keyL, keyP, options) => new NobleOpener(keyL, keyP, options),
  sealer: (keyL, keyP) => new NobleSealer(keyL, keyP),
};
