/** Scripts as addresses and back: BIP13 and BIP16 in Base58, BIP173 and BIP350 in Bech32. */
import { bech32, bech32m, createBase58check } from '@scure/base';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../bytes.js';
import { type Network } from '../networks.js';
import { AddressError } from './error.js';
import { OP_0, OP_1, OP_CHECKSIG, OP_DUP, OP_EQUAL, OP_EQUALVERIFY, OP_HASH160 } from './opcodes.js';
import { scriptType } from './type.js';

const base58check = createBase58check(sha256);

interface Prefixes {
  readonly bech32: string;
  readonly publicKeyHash: number;
  readonly scriptHash: number;
}

const test = { publicKeyHash: 0x6f, scriptHash: 0xc4 };
const prefixes: { readonly [Name in Network['name']]: Prefixes } = {
  main: { bech32: 'bc', publicKeyHash: 0x00, scriptHash: 0x05 },
  testnet3: { bech32: 'tb', ...test },
  testnet4: { bech32: 'tb', ...test },
  signet: { bech32: 'tb', ...test },
  regtest: { bech32: 'bcrt', ...test },
};

/** The address that pays to a script; undefined where there is none, as for a bare public key. */
export function addressOfScript(script: Uint8Array, network: Pick<Network, 'name'>): string | undefined {
  const prefix = prefixes[network.name];
  const found = scriptType(script);
  if (found.type === 'p2pkh')
    return base58check.encode(concatBytes(Uint8Array.of(prefix.publicKeyHash), found.hash));
  if (found.type === 'p2sh')
    return base58check.encode(concatBytes(Uint8Array.of(prefix.scriptHash), found.hash));
  if (!('program' in found)) return undefined;
  const coder = found.version === 0 ? bech32 : bech32m;
  return coder.encode(prefix.bech32, [found.version, ...coder.toWords(found.program)]);
}

/**
 * The script that an address stands for.
 * @throws {AddressError} when it is none of this network
 */
export function scriptOfAddress(text: string, network: Pick<Network, 'name'>): Uint8Array {
  const address = text.trim();
  if (address.length > MAX_ADDRESS) throw new AddressError('not-an-address');
  const prefix = prefixes[network.name];
  const separator = address.lastIndexOf('1');
  const hrp = address.slice(0, separator).toLowerCase();
  const known = Object.values(prefixes).some((other) => other.bech32 === hrp);
  if (!known) return base58Script(address, prefix);
  if (hrp !== prefix.bech32) throw new AddressError('other-network');
  return witnessScript(address);
}

/** BIP173: a Bech32 address is no longer; others are shorter. */
const MAX_ADDRESS = 90;

function base58Script(address: string, prefix: Prefixes): Uint8Array {
  if (!/^[1-9A-HJ-NP-Za-km-z]{26,35}$/.test(address)) throw new AddressError('not-an-address');
  const [version, ...hash] = attempt(() => base58check.decode(address));
  if (hash.length !== 20) throw new AddressError('not-an-address');
  if (version === prefix.publicKeyHash)
    return Uint8Array.of(OP_DUP, OP_HASH160, 20, ...hash, OP_EQUALVERIFY, OP_CHECKSIG);
  if (version === prefix.scriptHash) return Uint8Array.of(OP_HASH160, 20, ...hash, OP_EQUAL);
  throw new AddressError('other-network');
}

function witnessScript(address: string): Uint8Array {
  const asBech32 = bech32.decodeUnsafe(address);
  const decoded = asBech32 ?? bech32m.decodeUnsafe(address);
  if (!decoded) throw new AddressError('checksum');
  const [version = 255, ...rest] = decoded.words;
  if (version > 16) throw new AddressError('not-an-address');
  // BIP350: version 0 in Bech32, all others in Bech32m.
  if ((decoded === asBech32) !== (version === 0)) throw new AddressError('checksum');
  const program = attempt(() => bech32.fromWords(rest));
  const fits = version === 0 ? program.length === 20 || program.length === 32 : program.length >= 2;
  if (!fits || program.length > 40) throw new AddressError('not-an-address');
  return Uint8Array.of(version === 0 ? OP_0 : OP_1 + version - 1, program.length, ...program);
}

function attempt<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new AddressError('checksum');
  }
}
