/** BIP324, Packet encryption: after so many packets a direction's keys are replaced. */
export const REKEY_INTERVAL = 224;

/** Where a packet stands under its keys. */
export interface RekeyCounter {
  /** How many packets the keys had before it: the nonce's first four bytes. */
  readonly used: number;
  /** How many more they will have after it. */
  readonly left: number;
  readonly epoch: number;
}

/** @param packet counts from 0 in its direction */
export function rekeyCounter(packet: number): RekeyCounter {
  const used = packet % REKEY_INTERVAL;
  return { used, left: REKEY_INTERVAL - 1 - used, epoch: Math.floor(packet / REKEY_INTERVAL) };
}
