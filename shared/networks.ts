import { fromHex } from './bytes.js';

export type NetworkName = 'main' | 'testnet3' | 'testnet4' | 'signet' | 'regtest';

export interface Network {
  readonly name: NetworkName;
  /** For people: 'Mainnet', 'Testnet3', … */
  readonly label: string;
  /** The four bytes that start every v1 message and salt BIP324's key derivation. */
  readonly magic: Uint8Array;
  /** The default P2P port. */
  readonly port: number;
  /** DNS seeds, as Bitcoin Core lists them; none for regtest. */
  readonly seeds: readonly string[];
  /** The easiest target that a block's proof of work may claim. */
  readonly powLimit: bigint;
  /** The first block whose coinbase must commit to witnesses (BIP141). */
  readonly segwitHeight: number;
  readonly genesis: {
    /** As people write it: the double SHA-256 of the header, reversed, in hex. */
    readonly hash: string;
    /** 80 bytes. */
    readonly header: Uint8Array;
  };
}

const SATOSHI_MERKLE_ROOT = '3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a';
const TESTNET4_MERKLE_ROOT = '4e7b2b9128fe0291db0693af2ae418b767e657cd407e80cb1434221eaea7a07a';

/** version 1, no previous block; time, bits and nonce as little-endian hex. */
function genesisHeader(
  time: string,
  bits: string,
  nonce: string,
  merkleRoot = SATOSHI_MERKLE_ROOT,
): Uint8Array {
  return fromHex(`01000000${'00'.repeat(32)}${merkleRoot}${time}${bits}${nonce}`);
}

/** On mainnet and the testnets: 32 zero bits. */
const FULL_POW_LIMIT = (1n << 224n) - 1n;

export const networks: { readonly [Name in NetworkName]: Network & { readonly name: Name } } = {
  main: {
    name: 'main',
    label: 'Mainnet',
    magic: fromHex('f9beb4d9'),
    port: 8333,
    seeds: [
      'seed.bitcoin.sipa.be',
      'dnsseed.bluematt.me',
      'seed.bitcoin.jonasschnelli.ch',
      'seed.btc.petertodd.net',
      'seed.bitcoin.sprovoost.nl',
      'dnsseed.emzy.de',
      'seed.bitcoin.wiz.biz',
      'seed.mainnet.achownodes.xyz',
    ],
    powLimit: FULL_POW_LIMIT,
    segwitHeight: 481_824,
    genesis: {
      hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
      header: genesisHeader('29ab5f49', 'ffff001d', '1dac2b7c'),
    },
  },
  testnet3: {
    name: 'testnet3',
    label: 'Testnet3',
    magic: fromHex('0b110907'),
    port: 18333,
    seeds: [
      'testnet-seed.bitcoin.jonasschnelli.ch',
      'seed.tbtc.petertodd.net',
      'seed.testnet.bitcoin.sprovoost.nl',
      'testnet-seed.bluematt.me',
      'seed.testnet.achownodes.xyz',
    ],
    powLimit: FULL_POW_LIMIT,
    segwitHeight: 834_624,
    genesis: {
      hash: '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943',
      header: genesisHeader('dae5494d', 'ffff001d', '1aa4ae18'),
    },
  },
  testnet4: {
    name: 'testnet4',
    label: 'Testnet4',
    magic: fromHex('1c163f28'),
    port: 48333,
    seeds: ['seed.testnet4.bitcoin.sprovoost.nl', 'seed.testnet4.wiz.biz'],
    powLimit: FULL_POW_LIMIT,
    segwitHeight: 1,
    genesis: {
      hash: '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043',
      header: genesisHeader('046f3566', 'ffff001d', 'bb0c7817', TESTNET4_MERKLE_ROOT),
    },
  },
  signet: {
    name: 'signet',
    label: 'Signet',
    magic: fromHex('0a03cf40'),
    port: 38333,
    seeds: ['seed.signet.bitcoin.sprovoost.nl', 'seed.signet.achownodes.xyz'],
    powLimit: 0x377aen << 216n,
    segwitHeight: 1,
    genesis: {
      hash: '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6',
      header: genesisHeader('008f4d5f', 'ae77031e', '8ad22203'),
    },
  },
  regtest: {
    name: 'regtest',
    label: 'Regtest',
    magic: fromHex('fabfb5da'),
    port: 18444,
    seeds: [],
    powLimit: (1n << 255n) - 1n,
    segwitHeight: 0,
    genesis: {
      hash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
      header: genesisHeader('dae5494d', 'ffff7f20', '02000000'),
    },
  },
};

/** The network whose messages start with these four bytes, if it is one of ours. */
export function networkOfMagic(magic: Uint8Array): Network | undefined {
  return Object.values(networks).find((network) => network.magic.every((byte, i) => byte === magic[i]));
}
