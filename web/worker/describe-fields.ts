import type { NetworkName } from '../../shared/networks.js';
import {
  hashToString,
  txid,
  type FieldNode,
  type PrefilledTransaction,
  type Transaction,
  type TxOutput,
} from '../../shared/messages/index.js';
import { addressOfScript, scriptType, type ScriptType } from '../../shared/script/index.js';

/** What a field says beyond its own text: of a script its type and address, of a transaction its id. */
export type Describe = (node: FieldNode) => string | undefined;

/** Loaded when somebody opens a message that holds transactions: what makes addresses is not needed before. */
export const describing =
  (network: NetworkName): Describe =>
  (node) => {
    // What is damaged says so itself.
    if (node.error !== undefined) return undefined;
    switch (node.kind) {
      case 'transaction':
        return `${hashToString(txid(node.value as Transaction))}, ${node.text}`;
      case 'prefilledTransaction': {
        const { transaction } = node.value as PrefilledTransaction;
        return `${node.text}, ${hashToString(txid(transaction))}`;
      }
      case 'output': {
        const { scriptPubKey } = node.value as TxOutput;
        return `${node.text} to ${payee(scriptPubKey, network)}`;
      }
      case 'script': {
        // A scriptSig is no scriptPubKey: it has neither type nor address.
        if (node.name !== 'scriptPubKey') return undefined;
        return `${payee(node.value as Uint8Array, network)} · ${node.text}`;
      }
    }
    return undefined;
  };

function payee(script: Uint8Array, name: NetworkName): string {
  const type = scriptType(script);
  const address = addressOfScript(script, { name });
  return address === undefined ? typeText(type) : `${address} (${type.type})`;
}

function typeText(type: ScriptType): string {
  switch (type.type) {
    case 'multisig':
      return `${type.required} of ${type.publicKeys.length} keys (multisig)`;
    case 'p2pk':
      return 'a bare public key (p2pk)';
    case 'op-return':
      return 'nobody: it carries data (op-return)';
    default:
      return 'no address (nonstandard)';
  }
}
