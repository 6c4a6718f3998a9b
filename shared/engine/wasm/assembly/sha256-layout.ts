/**
 * Where the words of ten messages are, that are hashed at once: in each word of 48 bytes two times four for vectors, then
 * the ninth and the tenth message's.
 */
export const SECOND_FOUR: usize = 16;
export const NINTH: usize = 32;
export const TENTH: usize = 36;
/** From a word to the next; what is left over lets vectors go through all of it. */
export const WORD: usize = 48;

/**
 * What a word has before each of those, as a type: its size is a constant where it is a generic function's, and only a
 * constant can be the offset within an instruction. An addition for each would cost a twentieth of the speed.
 */
@unmanaged
export class Nothing {}

@unmanaged
export class Four extends Nothing {
  first: v128;
}

@unmanaged
export class Eight extends Four {
  second: v128;
}

@unmanaged
export class Nine extends Eight {
  ninth: u32;
}

/** From W to A and E; to K; and to K + W where the block is nothing but the padding of 64 bytes: the same for every pair. */
export const FROM_A: usize = 64 * WORD;
export const FROM_E: usize = (64 + 68) * WORD;
export const FROM_K: usize = (64 + 68 + 68) * WORD;
export const FROM_PADDING: usize = (64 + 68 + 68 + 64) * WORD;

/** The schedule, 64 words; the block is its first sixteen. The others follow, so that one pointer does for a round. */
export const W: usize = memory.data((64 + 68 + 68 + 64 + 64) * 48, 16);
/**
 * What a and e were, by round: only they are new in a round, b, c and d are the a of one, two and three rounds ago, and
 * f, g and h the e. So most of the state needs no register, and nothing has to move. The first four are the state
 * between blocks, H: d, c, b, a; and h, g, f, e.
 */
export const A: usize = W + FROM_A;
export const E: usize = W + FROM_E;
