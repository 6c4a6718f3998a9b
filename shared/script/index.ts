/** Bitcoin Script as people read it: disassembled, by type, as an address (also `peerglass/script`). */
import { type Network } from '../networks.js';
import { addressOfScript } from './address.js';
import { scriptToAsm, type AsmOptions } from './asm.js';
import { scriptType, type ScriptType } from './type.js';

export { addressOfScript, scriptOfAddress } from './address.js';
export { scriptToAsm, type AsmOptions } from './asm.js';
export { AddressError, type AddressErrorCode } from './error.js';
export { opcodeName } from './opcodes.js';
export { operations, pushedData, type BrokenOperation, type Operation } from './operations.js';
export { coreTypes, scriptType, type ScriptType, type ScriptTypeName } from './type.js';

export interface ScriptDescription {
  readonly type: ScriptType;
  readonly asm: string;
  /** Undefined where no address pays to it. */
  readonly address: string | undefined;
}

/** All that there is to say of a scriptPubKey. */
export function describeScript(
  script: Uint8Array,
  network: Pick<Network, 'name'>,
  options?: AsmOptions,
): ScriptDescription {
  return {
    type: scriptType(script),
    asm: scriptToAsm(script, options),
    address: addressOfScript(script, network),
  };
}
