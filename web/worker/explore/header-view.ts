import { toHex } from '../../../shared/bytes.js';
import { hasProofOfWork, targetOfBits, type HeaderChain } from '../../../shared/chain/index.js';
import {
  blockHash,
  encodeBlockHeader,
  hashFromString,
  hashToString,
  type BlockHeader,
} from '../../../shared/messages/index.js';
import type { HeaderView } from './protocol.js';

/** The target of difficulty 1. */
const UNIT = Number(targetOfBits(0x1d00ffff));

/** @param coinbaseHeight of a block that is here */
export function headerView(
  header: BlockHeader,
  chain: HeaderChain,
  coinbaseHeight: number | undefined,
): HeaderView {
  const hash = blockHash(header);
  const inChain = chain.heightOf(hash);
  const known = chain.knownHeightOf(hash);
  const height = known ?? coinbaseHeight;
  const next = inChain === undefined ? undefined : chain.hashAt(inChain + 1);
  const target = targetOfBits(header.bits);
  return {
    kind: 'header',
    hash: hashToString(hash),
    ...(height !== undefined && { height }),
    stands: inChain !== undefined ? 'chain' : known !== undefined ? 'branch' : 'unknown',
    ...(inChain !== undefined && { confirmations: chain.height - inChain + 1 }),
    ...(header.previous.some((byte) => byte !== 0) && { previous: hashToString(header.previous) }),
    ...(next && { next: hashToString(next) }),
    version: header.version,
    merkleRoot: hashToString(header.merkleRoot),
    time: header.time,
    bits: header.bits,
    nonce: header.nonce,
    ...(target && { difficulty: UNIT / Number(target) }),
    work: hasProofOfWork(hash, header.bits, chain.network.powLimit)
      ? { outcome: 'holds', says: 'The hash is below the target that the header names.' }
      : {
          outcome: 'fails',
          says: 'The hash is not below the target that the header names, or that is too easy.',
        },
    hex: toHex(encodeBlockHeader(header)),
  };
}

/** A height as people type it, with or without grouping; undefined for what is none. */
export function heightOf(text: string): number | undefined {
  const digits = text.replace(/[,\s’']/g, '');
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** 32 bytes in wire order; undefined for what is no hash. */
export function hashOf(text: string): Uint8Array | undefined {
  return /^[0-9a-f]{64}$/i.test(text) ? hashFromString(text) : undefined;
}
