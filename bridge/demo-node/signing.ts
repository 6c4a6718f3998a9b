/** Signs the inputs of a transaction: the digests of each generation of scripts, and the signatures over them. */
import { Transaction as SignerTransaction } from '@scure/btc-signer';
import { signECDSA, signSchnorr } from '@scure/btc-signer/utils.js';
import { concatBytes } from '../../shared/bytes.js';
import {
  doubleSha256,
  encodeTransaction,
  type Transaction,
  type TxOutput,
} from '../../shared/messages/index.js';

const SIGHASH_ALL = 1;
/** BIP341: all, and a signature without the byte that says so. */
const SIGHASH_DEFAULT = 0;
/** Fixed, so that the same transaction has the same signatures at every start (BIP340 allows it). */
const AUX_RANDOMNESS = new Uint8Array(32);
/** DER with both numbers at their longest, and the byte for SIGHASH_ALL. */
const MAX_ECDSA_BYTES = 73;
const SCHNORR_BYTES = 64;

/** Makes the signatures that unlock one input. Secret keys are 32 bytes. */
export interface Signer {
  /** Before BIP143. */
  legacy(secretKey: Uint8Array, scriptCode: Uint8Array): Uint8Array;
  /** BIP143: witness version 0. */
  segwit(secretKey: Uint8Array, scriptCode: Uint8Array): Uint8Array;
  /** BIP341, or BIP342 with the script of a leaf. */
  taproot(secretKey: Uint8Array, leafScript?: Uint8Array): Uint8Array;
}

/** What an input carries to be allowed to spend. */
export interface Unlocking {
  readonly scriptSig: Uint8Array;
  readonly witness: Uint8Array[];
}

export type Unlock = (signer: Signer) => Unlocking;

/** Signs nothing: for the size that a transaction will have at most. */
const sizing: Signer = {
  legacy: () => new Uint8Array(MAX_ECDSA_BYTES),
  segwit: () => new Uint8Array(MAX_ECDSA_BYTES),
  taproot: () => new Uint8Array(SCHNORR_BYTES),
};

/** The transaction as large as it can become, with zeros for signatures. */
export function withRoomForSignatures(transaction: Transaction, unlocks: readonly Unlock[]): Transaction {
  return unlocked(transaction, unlocks, () => sizing);
}

/** @param spent the outputs that the inputs spend, one each */
export function signed(
  transaction: Transaction,
  unlocks: readonly Unlock[],
  spent: readonly TxOutput[],
): Transaction {
  const digests = digestsOf(transaction);
  const amounts = spent.map(({ value }) => value);
  const scripts = spent.map(({ scriptPubKey }) => scriptPubKey);
  const all = (digest: Uint8Array, secretKey: Uint8Array) =>
    concatBytes(signECDSA(digest, secretKey), Uint8Array.of(SIGHASH_ALL));
  return unlocked(transaction, unlocks, (i) => ({
    legacy: (secretKey, scriptCode) => all(legacyDigest(transaction, i, scriptCode), secretKey),
    segwit: (secretKey, scriptCode) =>
      all(digests.preimageWitnessV0(i, scriptCode, SIGHASH_ALL, amounts[i]!), secretKey),
    taproot: (secretKey, leafScript) =>
      signSchnorr(
        digests.preimageWitnessV1(i, scripts, SIGHASH_DEFAULT, amounts, undefined, leafScript),
        secretKey,
        AUX_RANDOMNESS,
      ),
  }));
}

function unlocked(
  transaction: Transaction,
  unlocks: readonly Unlock[],
  signerOf: (input: number) => Signer,
): Transaction {
  const inputs = transaction.inputs.map((input, i) => ({ ...input, ...unlocks[i]!(signerOf(i)) }));
  return { ...transaction, inputs };
}

/** The transaction with the script in the input to sign and nothing in the others, and the type of the signature. */
function legacyDigest(transaction: Transaction, signing: number, scriptCode: Uint8Array): Uint8Array {
  const inputs = transaction.inputs.map((input, i) => ({
    ...input,
    scriptSig: i === signing ? scriptCode : new Uint8Array(0),
    witness: [],
  }));
  return doubleSha256(
    concatBytes(encodeTransaction({ ...transaction, inputs }), Uint8Array.of(SIGHASH_ALL, 0, 0, 0)),
  );
}

/** The same transaction for the signer library. Its checks of well-known scripts are not needed: see scripts.ts. */
function digestsOf({ version, inputs, outputs, lockTime }: Transaction): SignerTransaction {
  const twin = new SignerTransaction({
    version,
    lockTime,
    allowUnknownInputs: true,
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  });
  for (const { outpoint, sequence } of inputs) {
    // The library takes ids as people write them.
    twin.addInput({ txid: outpoint.txid.slice().reverse(), index: outpoint.vout, sequence });
  }
  for (const { scriptPubKey, value } of outputs) twin.addOutput({ script: scriptPubKey, amount: value });
  return twin;
}
