/** Headers with real work on regtest, cheap enough to make by the hundred thousand. */
import { blockHash, decodeBlockHeader, type BlockHeader } from '../../shared/messages/index.js';
import { hasProofOfWork } from '../../shared/chain/index.js';
import { networks } from '../../shared/networks.js';

/** Regtest's easiest target: two hashes on average. */
export const EASY = 0x207fffff;
/** Eight. */
export const HARDER = 0x201fffff;

export const genesis: BlockHeader = decodeBlockHeader(networks.regtest.genesis.header);

/** A header on top of `parent`; `tag` makes siblings differ. */
export function headerOn(parent: BlockHeader, tag = 0, bits = EASY): BlockHeader {
  const merkleRoot = new Uint8Array(32);
  new DataView(merkleRoot.buffer).setUint32(0, tag);
  const header = {
    version: 4,
    previous: blockHash(parent),
    merkleRoot,
    time: parent.time + 600,
    bits,
    nonce: 0,
  };
  while (!hasProofOfWork(blockHash(header), bits, networks.regtest.powLimit)) header.nonce++;
  return header;
}

/** The same without its work. */
export function withoutWork(header: BlockHeader): BlockHeader {
  const cheap = { ...header };
  while (hasProofOfWork(blockHash(cheap), cheap.bits, networks.regtest.powLimit)) cheap.nonce++;
  return cheap;
}

/** So many, one on the other. */
export function chainOn(parent: BlockHeader, length: number, tag = 0, bits = EASY): BlockHeader[] {
  const headers: BlockHeader[] = [];
  for (let at = parent; headers.length < length; headers.push(at)) at = headerOn(at, tag, bits);
  return headers;
}
