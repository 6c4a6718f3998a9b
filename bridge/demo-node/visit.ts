import { type MessageMap, type DecodedType } from '../../shared/messages/index.js';
import { type Clock } from '../../shared/peer/index.js';
import { type RandomSource } from '../../shared/random.js';
import { type Ledger } from './ledger.js';

/** What those who answer a visitor's questions need. */
export interface Visit {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Whether the visitor takes addresses as `addrv2` (BIP155). */
  readonly wantsAddrV2: boolean;
  /** BIP133: whether the visitor cares for transactions that pay this much, in satoshi per 1000 virtual bytes. */
  wantsFeeRate(feeRate: bigint): boolean;
  /** BIP339: whether the visitor wants transactions announced by wtxid. */
  readonly wantsWtxids: boolean;
  send<T extends DecodedType>(type: T, value: MessageMap[T]): void;
  /** A message whose bytes are at hand. */
  sendBytes(type: DecodedType, payload: Uint8Array): void;
  /**
   * Waits until the visitor has taken most of what was sent, and at least for a turn of the event loop. False when
   * the visit is over. Whatever can be long is sent piece by piece, with this between the pieces.
   */
  room(): Promise<boolean>;
  /** As a node that disconnects without a word. */
  disconnect(reason: string): void;
}
