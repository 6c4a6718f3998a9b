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
/**
 * A request waits so long for its answer, and for each further part of it, until every screen says that none came.
 * Bitcoin Core lets a ping wait for minutes.
 */
export const NO_ANSWER_MS = 15_000;
/** The same for getaddr, which nodes answer after a random while; so long an answer to mempool is known as one. */
export const NO_SLOW_ANSWER_MS = 120_000;

/**
 * Requests of one type and direction that are followed. A piece of the stream brings hundreds of pings before the
 * first of them is answered; what they wait for takes 5 MB at most (shared/peer/pairing.ts, maxKeys).
 */
export const MAX_OPEN_REQUESTS = 2048;

/** Characters of one file of messages, about one byte each. */
export const MAX_SAVED_TEXT = 128 * 2 ** 20;
/** Bytes that are searched before the worker turns to its connection again. */
export const SEARCHED_AT_ONCE = 4 * 2 ** 20;

/** Of what a node says, so much is decoded for what the screen Node shows: at once, and from then on each second. */
export const NODE_BYTES_AT_ONCE = 4 * 2 ** 20;
export const NODE_BYTES_PER_SECOND = 256 * 1024;
/** Rows of the negotiation; further ones are counted. */
export const MAX_NEGOTIATION_ROWS = 64;
export const MAX_FEATURES_KEPT = 32;
export const MAX_SENDCMPCT_KEPT = 4;
/** Answered pings: at four a minute more than eight hours. */
export const MAX_PINGS = 2048;
export const MAX_PINGS_AWAITED = 64;
/** Addresses that a node told, and how many one answer holds. */
export const MAX_ADDRESSES_KEPT = 10_000;
export const ADDRESS_PAGE = 100;
/** Announced transactions and blocks, and how many one answer holds. */
export const MAX_RELAYED = 2 ** 13;
export const RELAYED_PAGE = 100;
/** Blocks whose heights are known, or that were counted. */
export const MAX_HEIGHTS_KEPT = 4096;
/** Questions for headers without an answer yet; after this long, in ms, headers are no answer. */
export const MAX_ASKED = 64;
export const ANSWER_AWAITED_MS = 60_000;
/** How long a person waits for addresses, in ms: nodes send them with the next of their own announcements. */
export const ADDRESSES_AWAITED_MS = 120_000;
/** A bridge that does not answer a ping in this time, in ms, is an older one. */
export const BRIDGE_PING_MS = 5_000;
/** Of a session, what the Explorer knows of: blocks, and transactions. */
export const MAX_SEEN = 20_000;
/** Blocks that the Explorer keeps open, as bytes; what it builds of those that are looked at comes on top. */
export const MAX_EXPLORED_BYTES = 32 * 2 ** 20;
/** Fewer bytes than this in NO_ANSWER_MS are small talk, and no answer to the Explorer on its way. */
export const EXPLORE_LEAST_BYTES = 16 * 1024;
/** However slowly it comes. */
export const EXPLORE_LONGEST_MS = 300_000;
