/** How long a person waits at most for each part, in ms. A real node takes a few round trips. */
export const CONNECT_TIMEOUT_MS = 15_000;
/** From the TCP connection until `ready`, all in. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Decoys beyond these, before the version packet, go to the list of messages, whose memory is bounded. */
export const MAX_HANDSHAKE_STEPS = 64;
export const MAX_HANDSHAKE_BYTES = 256 * 1024;

/** Of the first message of each direction over v1; the whole of it is among the messages. */
export const MAX_GREETING_BYTES = 8 * 1024;
