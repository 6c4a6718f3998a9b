/**
 * Where everything of the packets lies. One direction of one connection is a slot: its keys, the stream that masks
 * lengths, its counters, key stream made ahead, and the state of the packet that is being worked on. Offsets in bytes.
 */
export const KEY_L: usize = 0;
export const KEY_P: usize = 32;
/** 224 masks of 3 bytes, then the next KEY_L: 704 bytes of eleven blocks. The twelfth block is a by-product. */
export const LENGTH_STREAM: usize = 64;
/** u32: the packet's number since the last rekeying, 0–223. */
export const PACKET: usize = 832;
/** u64: how many rekeyings there were. */
export const EPOCH: usize = 840;
/** i32: the length of the contents of the packet that is being opened; −1 until its three bytes are there. */
export const LENGTH: usize = 848;
/** i32: 1 once the packet has its Poly1305 key. */
export const BEGUN: usize = 852;
/** u32: the next block of key stream; 1 is the text's first (RFC 8439, 2.8). */
export const COUNTER: usize = 856;
/** u64 each: bytes that were authenticated so far. */
export const AAD_LENGTH: usize = 864;
export const TEXT_LENGTH: usize = 872;
/** Blocks 0 and 1 of this packet and of its neighbour: of an even number and the odd one after it. */
export const AHEAD: usize = 896;
/** Poly1305: five u64 of accumulator, four of r, and s. */
export const ACCUMULATOR: usize = 1152;
export const MULTIPLIER: usize = 1192;
export const ADDEND: usize = 1224;
export const SLOT_BYTES: usize = 1280;

/** Packets per key (BIP324, REKEY_INTERVAL). */
export const REKEY_INTERVAL: u32 = 224;
export const LENGTH_BYTES: usize = 3;
export const TAG_BYTES: usize = 16;

/** What was received goes here to be opened: a network read, or a piece of one. A little is read past its end. */
export const WINDOW_BYTES: usize = 262144;
export const WINDOW: usize = memory.data(262144 + 64, 16);
/** What is to be sealed goes here, and additional data: a place of its own, as opened contents may still be read. */
export const SEALING_BYTES: usize = 131072;
export const SEALING: usize = memory.data(131072 + 64, 16);
/** A packet with more contents than this goes through the window in pieces. */
export const MOST_WHOLE: i32 = 131072;

/** What `openPackets` found: three u32 a packet: offset of its header byte, length of its contents, header. */
export const TABLE_ROWS: i32 = 1024;
export const TABLE: usize = memory.data(12288, 16);
/** How it ended: a status, the bytes used, the length of the packet that it ended at (−1 if unknown): i32 each. */
export const ENDING: usize = memory.data(16, 16);

/** 256 bytes of key stream on their way. */
export const STREAM: usize = memory.data(256, 16);
