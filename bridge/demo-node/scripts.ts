/**
 * Every common way to lock coins, each with fixed keys of the demo's own. That a script is used again and again is
 * bad for privacy; here it makes the types easy to recognise, and a wallet that watches one easy to try.
 */
import {
  OutScript,
  p2ms,
  p2pk,
  p2pkh,
  p2sh,
  p2tr,
  p2tr_pk,
  p2wpkh,
  p2wsh,
  Script,
  TaprootControlBlock,
} from '@scure/btc-signer';
import { pubECDSA, pubSchnorr, sha256, taprootTweakPrivKey } from '@scure/btc-signer/utils.js';
import { ascii, equalBytes, fromHex } from '../../shared/bytes.js';
import { type Unlock } from './signing.js';

/** BIP65: coins of this type can be spent above this height. */
const CLTV_HEIGHT = 120;
/** BIP112: coins of this type can be spent so many blocks after the one that they are in. */
const CSV_BLOCKS = 3;

export interface ScriptType {
  /** As people call it. */
  readonly name: string;
  readonly scriptPubKey: Uint8Array;
  readonly unlock: Unlock;
  /** The lock time that a spending transaction needs at least: a height. */
  readonly minLockTime?: number;
  /** How many blocks old a coin must be (BIP68), as the spending input says in its sequence. */
  readonly minAge?: number;
}

interface Key {
  readonly secret: Uint8Array;
  readonly public: Uint8Array;
}

/** Whoever reads this can spend the demo's coins; they are worth nothing. */
function key(name: string): Key {
  const secret = sha256(ascii(`Peerglass demo key: ${name}`));
  return { secret, public: pubECDSA(secret) };
}

const NO_BYTES = new Uint8Array(0);

function payToPublicKey(): ScriptType {
  const owner = key('p2pk');
  const { script } = p2pk(owner.public);
  return {
    name: 'P2PK',
    scriptPubKey: script,
    unlock: ({ legacy }) => ({ scriptSig: Script.encode([legacy(owner.secret, script)]), witness: [] }),
  };
}

function payToPublicKeyHash(): ScriptType {
  const owner = key('p2pkh');
  const { script } = p2pkh(owner.public);
  return {
    name: 'P2PKH',
    scriptPubKey: script,
    unlock: ({ legacy }) => ({
      scriptSig: Script.encode([legacy(owner.secret, script), owner.public]),
      witness: [],
    }),
  };
}

/** Two of three, and which two sign. */
function multisig(name: string) {
  const keys = [1, 2, 3].map((n) => key(`${name} ${n}`));
  const { script } = p2ms(
    2,
    keys.map((each) => each.public),
  );
  return { script, signers: [keys[0]!.secret, keys[2]!.secret] };
}

function bareMultisig(): ScriptType {
  const { script, signers } = multisig('multisig');
  return {
    name: 'bare multisig',
    scriptPubKey: script,
    // CHECKMULTISIG takes one item more than it uses.
    unlock: ({ legacy }) => ({
      scriptSig: Script.encode([0, ...signers.map((secret) => legacy(secret, script))]),
      witness: [],
    }),
  };
}

function multisigInScriptHash(): ScriptType {
  const { script, signers } = multisig('p2sh');
  return {
    name: 'P2SH multisig',
    scriptPubKey: p2sh({ type: 'ms', script }).script,
    unlock: ({ legacy }) => ({
      scriptSig: Script.encode([0, ...signers.map((secret) => legacy(secret, script)), script]),
      witness: [],
    }),
  };
}

function witnessKeyHash(): ScriptType {
  const owner = key('p2wpkh');
  const scriptCode = p2pkh(owner.public).script;
  return {
    name: 'P2WPKH',
    scriptPubKey: p2wpkh(owner.public).script,
    unlock: ({ segwit }) => ({
      scriptSig: NO_BYTES,
      witness: [segwit(owner.secret, scriptCode), owner.public],
    }),
  };
}

function nestedWitnessKeyHash(): ScriptType {
  const owner = key('p2sh-p2wpkh');
  const scriptCode = p2pkh(owner.public).script;
  const nested = p2wpkh(owner.public);
  return {
    name: 'P2SH-P2WPKH',
    scriptPubKey: p2sh(nested).script,
    unlock: ({ segwit }) => ({
      scriptSig: Script.encode([nested.script]),
      witness: [segwit(owner.secret, scriptCode), owner.public],
    }),
  };
}

function multisigInWitnessScriptHash(): ScriptType {
  const { script, signers } = multisig('p2wsh');
  return {
    name: 'P2WSH multisig',
    scriptPubKey: p2wsh({ type: 'ms', script }).script,
    unlock: ({ segwit }) => ({
      scriptSig: NO_BYTES,
      witness: [NO_BYTES, ...signers.map((secret) => segwit(secret, script)), script],
    }),
  };
}

function nestedMultisigInWitnessScriptHash(): ScriptType {
  const { script, signers } = multisig('p2sh-p2wsh');
  const nested = p2wsh({ type: 'ms', script });
  return {
    name: 'P2SH-P2WSH multisig',
    scriptPubKey: p2sh(nested).script,
    unlock: ({ segwit }) => ({
      scriptSig: Script.encode([nested.script]),
      witness: [NO_BYTES, ...signers.map((secret) => segwit(secret, script)), script],
    }),
  };
}

function timelock(
  name: string,
  opcode: 'CHECKLOCKTIMEVERIFY' | 'CHECKSEQUENCEVERIFY',
  until: number,
): Omit<ScriptType, 'minLockTime' | 'minAge'> {
  const owner = key(name);
  const script = Script.encode([until, opcode, 'DROP', owner.public, 'CHECKSIG']);
  return {
    name,
    scriptPubKey: OutScript.encode({ type: 'wsh', hash: sha256(script) }),
    unlock: ({ segwit }) => ({ scriptSig: NO_BYTES, witness: [segwit(owner.secret, script), script] }),
  };
}

function taprootKeyPath(): ScriptType {
  const secret = key('p2tr').secret;
  const tweaked = taprootTweakPrivKey(secret);
  return {
    name: 'P2TR key path',
    scriptPubKey: p2tr(pubSchnorr(secret)).script,
    unlock: ({ taproot }) => ({ scriptSig: NO_BYTES, witness: [taproot(tweaked)] }),
  };
}

/** A tree of two leaves, each a key that may spend; the first one does. */
function taprootScriptPath(): ScriptType {
  const internal = key('p2tr internal').secret;
  const secrets = [1, 2].map((n) => key(`p2tr leaf ${n}`).secret);
  const leaves = secrets.map((secret) => p2tr_pk(pubSchnorr(secret)));
  const payment = p2tr(
    pubSchnorr(internal),
    leaves.map(({ script }) => ({ script })),
  );
  const leafScript = leaves[0]!.script;
  // The library puts the leaf's version behind its script.
  const [controlBlock] = payment.tapLeafScript!.find(([, script]) =>
    equalBytes(script.subarray(0, -1), leafScript),
  )!;
  return {
    name: 'P2TR script path',
    scriptPubKey: payment.script,
    unlock: ({ taproot }) => ({
      scriptSig: NO_BYTES,
      witness: [taproot(secrets[0]!, leafScript), leafScript, TaprootControlBlock.encode(controlBlock)],
    }),
  };
}

/** Pay to anchor: anyone may spend it, to raise the fee of what it is an output of. */
export const anchor: ScriptType = {
  name: 'P2A',
  scriptPubKey: fromHex('51024e73'),
  unlock: () => ({ scriptSig: NO_BYTES, witness: [] }),
};

/** In the order of their invention, more or less. */
export const scriptTypes: readonly ScriptType[] = [
  payToPublicKey(),
  payToPublicKeyHash(),
  bareMultisig(),
  multisigInScriptHash(),
  {
    ...timelock('P2WSH with CHECKLOCKTIMEVERIFY', 'CHECKLOCKTIMEVERIFY', CLTV_HEIGHT),
    minLockTime: CLTV_HEIGHT,
  },
  { ...timelock('P2WSH with CHECKSEQUENCEVERIFY', 'CHECKSEQUENCEVERIFY', CSV_BLOCKS), minAge: CSV_BLOCKS },
  nestedWitnessKeyHash(),
  nestedMultisigInWitnessScriptHash(),
  witnessKeyHash(),
  multisigInWitnessScriptHash(),
  taprootKeyPath(),
  taprootScriptPath(),
  anchor,
];

/**
 * Those that every node relays by default. Knots takes payments to bare keys and to bare multisig only when they are
 * in a block.
 */
export const relayedTypes: readonly ScriptType[] = scriptTypes.filter(
  ({ name }) => name !== 'P2PK' && name !== 'bare multisig',
);

/** An output that nobody can spend, and that says something. At most 75 bytes of ASCII. */
export function dataScript(text: string): Uint8Array {
  return Script.encode(['RETURN', ascii(text)]);
}
