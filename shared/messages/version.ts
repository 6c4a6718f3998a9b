import { type Layout } from './layout.js';
import { bool, i32, u64, varString, type Flag } from './leaves.js';
import { netAddress, unspecifiedAddress, type NetAddress } from './net-address.js';
import { services } from './services.js';
import { structWithTail } from './struct.js';
import { time64 } from './time.js';

const MAX_USER_AGENT_BYTES = 256;

/** The first message each way. Old peers end it early: from `omittedFrom` on the fields are what Bitcoin Core assumes. */
export interface VersionMessage {
  /** The protocol version the sender speaks, as 70016. */
  version: number;
  /** What the sender offers; serviceNames reads them. */
  services: bigint;
  /** The sender's clock, seconds since 1970; signed, and hostile. */
  time: bigint;
  /** The address the sender thinks it has reached. */
  receiver: NetAddress;
  /** The sender's own address; nodes fill it with zeros nowadays. */
  sender: NetAddress;
  /** Random, so that a node that reaches itself can tell. */
  nonce: bigint;
  /** BIP14; printable ASCII, other bytes as \xNN and a backslash doubled. At most 256 bytes on the wire. */
  userAgent: string;
  /** The height of the sender's best block; -1 when it did not say. */
  startHeight: number;
  /** BIP37: whether the sender wants transactions announced. */
  relay: Flag;
  /** The first field that is not on the wire; when it is absent, all are. */
  omittedFrom?: 'sender' | 'userAgent' | 'startHeight' | 'relay';
}

export const version: Layout<VersionMessage> = structWithTail(
  {
    version: i32,
    services,
    time: time64,
    receiver: netAddress,
    sender: netAddress,
    nonce: u64,
    userAgent: varString(MAX_USER_AGENT_BYTES),
    startHeight: i32,
    relay: bool,
  },
  {
    sender: () => ({ sender: unspecifiedAddress(), nonce: 0n }),
    userAgent: () => ({ userAgent: '' }),
    startHeight: () => ({ startHeight: -1 }),
    relay: () => ({ relay: true }),
  },
);
