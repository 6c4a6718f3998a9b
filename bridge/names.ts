/** Names that no DNS server is asked for: of overlay networks, and of machines near by. */
import { parseI2p, parseTorV3 } from '../shared/messages/address-text.js';

export const isOverlayName = (name: string): boolean => /(^|\.)(onion|i2p)$/.test(name);

/** An onion name of version 3 whose checksum fits, or an I2P name of a destination's hash: those that nodes have. */
export function isWholeOverlayName(name: string): boolean {
  try {
    if (name.endsWith('.onion')) parseTorV3(name);
    else parseI2p(name);
    return true;
  } catch {
    return false;
  }
}

/** RFC 6761, 6762, 8375, 9476, and what ICANN keeps for private use. */
const NEAR = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'lan',
  'home',
  'corp',
  'intranet',
  'private',
  'alt',
  'test',
];

/** A name without a dot, or under one that is kept for machines near by: a proxy may know it. */
export function isLocalName(name: string): boolean {
  return !name.includes('.') || NEAR.some((near) => name === near || name.endsWith(`.${near}`));
}
