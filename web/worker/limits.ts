/** How long a person waits at most for each part, in ms. A real node takes a few round trips. */
export const CONNECT_TIMEOUT_MS = 15_000;
/** From the TCP connection until `ready`, all in. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Decoys beyond these, before the version packet, go to the list of messages, whose memory is bounded. */
export const MAX_HANDSHAKE_STEPS = 64;
export const MAX_HANDSHAKE_BYTES = 256 * 1024;

/** Of the first message of each direction over v1; the whole of it is among the messages. */
export const MAX_GREETING_BYTES = 8 * 1024;

/** Whose bytes are kept for whoever opens one; the page keeps as many rows (web/store/row-log.ts). */
export const MAX_KEPT = 2 ** 18;
export const MAX_PAYLOAD_BYTES = 64 * 2 ** 20;
/** Ciphertext and contents together. The contents are those that messages keep their payloads in. */
export const MAX_PACKET_BYTES = 96 * 2 ** 20;
/** Of each direction: more epochs than the packets that are kept can span, at 64 bytes each. */
export const MAX_EPOCHS = Math.ceil(MAX_KEPT / 224) + 1;
/** A request waits so long for its answer, and for each further part of it. Bitcoin Core lets a ping wait for minutes. */
export const NO_ANSWER_MS = 20_000;
/** The same for getaddr and mempool, which nodes answer after a random while. */
export const NO_SLOW_ANSWER_MS = 120_000;

/** Characters of one file of messages, about one byte each. */
export const MAX_SAVED_TEXT = 128 * 2 ** 20;
/** Bytes that are searched before the worker turns to its connection again. */
export const SEARCHED_AT_ONCE = 4 * 2 ** 20;
