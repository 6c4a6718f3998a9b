import { type Layout } from './layout.js';
import { u64 } from './leaves.js';
import { struct } from './struct.js';

/** BIP31: `pong` returns the nonce of the `ping` it answers. A ping without one, from before BIP31, is refused. */
export interface PingMessage {
  nonce: bigint;
}

export const ping: Layout<PingMessage> = struct({ nonce: u64 });
