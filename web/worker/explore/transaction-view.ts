import { toHex } from '../../../shared/bytes.js';
import {
  feeOf,
  hashToString,
  isCoinbase,
  sequenceMeaning,
  relativeLockText,
  transactionFacts,
  transactionIds,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '../../../shared/messages/index.js';
import type { Network } from '../../../shared/networks.js';
import { addressOfScript, coreTypes, scriptToAsm, scriptType } from '../../../shared/script/index.js';
import type { HexView, InputView, OutputView, Side, TransactionRow, TransactionView } from './protocol.js';

/** Inputs, or outputs, that one answer holds. */
export const SIDE_PAGE = 100;
/** Bytes of a script or a witness item that are shown: an inscription has hundreds of thousands. */
const MAX_SHOWN = 1024;
const MAX_ASM = 2048;
const MAX_WITNESS_ITEMS = 20;
const SHOWN_IN_ROW = 3;
/** Inputs whose spent outputs are looked for: whoever sends thousands must not have each looked for. */
const MAX_SPENT = 1000;

/** The output that an input spends, where its transaction is here. */
export type Spent = (txid: string, vout: number) => TxOutput | undefined;

interface Context {
  readonly network: Network;
  readonly spent: Spent;
}

export function transactionRow(
  transaction: Transaction,
  index: number,
  txid: string,
  network: Network,
): TransactionRow {
  const { coinbase, outputValue, size } = transactionFacts(transaction);
  return {
    index,
    txid,
    coinbase,
    inputs: transaction.inputs.length,
    outputs: transaction.outputs.length,
    value: outputValue,
    vsize: size.vsize,
    to: transaction.outputs
      .slice(0, SHOWN_IN_ROW)
      .map(({ value, scriptPubKey }) => ({ value, name: payeeOf(scriptPubKey, network) })),
  };
}

export function transactionView(
  transaction: Transaction,
  context: Context,
): Omit<TransactionView, 'first' | 'block' | 'message' | 'tip' | 'below'> {
  const { coinbase, size, outputValue, lockTime, signalsReplacement } = transactionFacts(transaction);
  const ids = transactionIds(transaction);
  const { fee, known, of } = coinbase ? noSpending : spendingOf(transaction, context.spent);
  return {
    kind: 'transaction',
    txid: hashToString(ids.txid),
    wtxid: hashToString(ids.wtxid),
    coinbase,
    version: transaction.version,
    size: size.bytes,
    vsize: size.vsize,
    weight: size.weight,
    lockTime: lockTime.text,
    replaceable: signalsReplacement,
    value: outputValue,
    ...(fee && { fee }),
    spent: { known, of },
    counts: { inputs: transaction.inputs.length, outputs: transaction.outputs.length },
    inputs: sideOf(transaction, 'inputs', 0, context),
    outputs: sideOf(transaction, 'outputs', 0, context),
  };
}

export function sideOf(transaction: Transaction, side: 'inputs', from: number, context: Context): InputView[];
export function sideOf(
  transaction: Transaction,
  side: 'outputs',
  from: number,
  context: Context,
): OutputView[];
export function sideOf(
  transaction: Transaction,
  side: Side,
  from: number,
  context: Context,
): InputView[] | OutputView[];
export function sideOf(transaction: Transaction, side: Side, from: number, context: Context) {
  return side === 'inputs'
    ? page(transaction.inputs, from, (input, index) => inputView(transaction, input, index, context))
    : page(transaction.outputs, from, (output, index) => outputView(output, index, context.network));
}

const page = <T, V>(all: readonly T[], from: number, view: (one: T, index: number) => V): V[] =>
  all.slice(from, from + SIDE_PAGE).map((one, at) => view(one, from + at));

/** Who is paid: an address, or what the script is. */
function payeeOf(script: Uint8Array, network: Network): string {
  return addressOfScript(script, network) ?? scriptType(script).type;
}

const noSpending = { fee: undefined, known: 0, of: 0 };

/** The fee is known where all that is spent is. Of thousands of inputs the first are looked at. */
function spendingOf(transaction: Transaction, spent: Spent) {
  const looked = transaction.inputs.slice(0, MAX_SPENT);
  const values = looked.flatMap(
    ({ outpoint }) => spent(hashToString(outpoint.txid), outpoint.vout)?.value ?? [],
  );
  const of = looked.length;
  if (values.length < transaction.inputs.length) return { fee: undefined, known: values.length, of };
  const { fee, feeRate } = feeOf(transaction, values);
  return { fee: { fee, rate: feeRate }, known: of, of };
}

function inputView(
  transaction: Transaction,
  input: TxInput,
  index: number,
  { network, spent }: Context,
): InputView {
  const coinbase = isCoinbase(transaction);
  const txid = hashToString(input.outpoint.txid);
  const output = coinbase ? undefined : spent(txid, input.outpoint.vout);
  const { witness, scriptSig, sequence } = input;
  return {
    index,
    ...(!coinbase && { outpoint: { txid, vout: input.outpoint.vout } }),
    sequence,
    sequenceSays: sequenceSays(sequence, transaction.version),
    script: { ...hexView(scriptSig), asm: asmOf(scriptSig, true) },
    witness: witness.slice(0, MAX_WITNESS_ITEMS).map(hexView),
    moreWitness: Math.max(0, witness.length - MAX_WITNESS_ITEMS),
    ...(output && { spends: { value: output.value, name: payeeOf(output.scriptPubKey, network) } }),
  };
}

/** BIP68: a relative lock counts from version 2 of a transaction on. */
function sequenceSays(sequence: number, version: number): string {
  const { final, replaceable, relativeLock } = sequenceMeaning(sequence);
  const says = final ? 'final' : replaceable ? 'replaceable' : 'not replaceable';
  return relativeLock === undefined || version < 2 ? says : `${says}, ${relativeLockText(relativeLock)}`;
}

function outputView({ value, scriptPubKey }: TxOutput, index: number, network: Network): OutputView {
  const { type } = scriptType(scriptPubKey);
  const address = addressOfScript(scriptPubKey, network);
  return {
    index,
    value,
    type,
    coreType: coreTypes[type],
    ...(address !== undefined && { address }),
    script: { ...hexView(scriptPubKey), asm: asmOf(scriptPubKey, false) },
  };
}

const asmOf = (script: Uint8Array, hashTypes: boolean): string =>
  script.length === 0 ? '' : scriptToAsm(script, { hashTypes, limit: MAX_ASM });

export const hexView = (bytes: Uint8Array): HexView => ({
  hex: toHex(bytes.subarray(0, MAX_SHOWN)),
  bytes: bytes.length,
});
