/**
 * FIPS 180-4, 6.2.2, on ten messages at once: two times four in vectors, and two each by itself. One four alone would
 * wait for its own results; two fill the processor's units for vectors, and the two messages the units that are left. A
 * third would be slower. Nothing here is secret.
 */
import { add, choose, majority, sigma0, sigma1, sum0, sum1, xor } from './sha256-functions';
import {
  A,
  E,
  Eight,
  Four,
  FROM_A,
  FROM_E,
  FROM_K,
  FROM_PADDING,
  Nine,
  NINTH,
  Nothing,
  SECOND_FOUR,
  TENTH,
  W,
  WORD,
} from './sha256-layout';

/** 4.2.2 */
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
/** 5.3.3 */
const H0: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
fillConstants();

function fillConstants(): void {
  const padding = W + FROM_PADDING;
  store<u32>(padding, 0x80000000);
  store<u32>(padding + 15 * WORD, 512);
  for (let at = padding; at < padding + 48 * WORD; at += WORD) {
    store<u32>(at, nextWord<u32, Nothing>(at, load<u32>(at, 14 * WORD)), 16 * WORD);
  }
  for (let i: usize = 0; i < 64; i++) {
    const k = load<u32>(K + 4 * i);
    store<u32>(W + WORD * i, k, FROM_K);
    store<u32>(padding + WORD * i, load<u32>(padding + WORD * i) + k);
  }
}

export function begin(): void {
  for (let i: usize = 0; i < 4; i++) {
    putAll(A + WORD * i, load<u32>(H0 + 4 * (3 - i)));
    putAll(E + WORD * i, load<u32>(H0 + 4 * (7 - i)));
  }
}

/** The same word for all messages. */
@inline
export function putAll(at: usize, word: u32): void {
  const four = i32x4.splat(word);
  v128.store(at, four);
  v128.store(at, four, SECOND_FOUR);
  v128.store(at, four, NINTH);
}

/** The block in W changes H. */
export function compressBlock(): void {
  expand();
  rounds(false);
}

/** The block that is the padding of 64 bytes changes H. */
export function compressPadding(): void {
  rounds(true);
}

/**
 * The schedule's word sixteen after the one at `at`.
 * @param before the word two before that
 */
@inline
function nextWord<T, Before>(at: usize, before: T): T {
  const partial = add<T>(load<T>(at, offsetof<Before>()), sigma0<T>(load<T>(at, offsetof<Before>() + WORD)));
  return add<T>(add<T>(partial, load<T>(at, offsetof<Before>() + 9 * WORD)), sigma1<T>(before));
}

/** 6.2.2, 1. The words two before stay in registers: from memory each would come late. */
@inline
function expand(): void {
  let even1 = load<v128>(W, 14 * WORD);
  let even2 = load<v128>(W, SECOND_FOUR + 14 * WORD);
  let even9 = load<u32>(W, NINTH + 14 * WORD);
  let even10 = load<u32>(W, TENTH + 14 * WORD);
  let odd1 = load<v128>(W, 15 * WORD);
  let odd2 = load<v128>(W, SECOND_FOUR + 15 * WORD);
  let odd9 = load<u32>(W, NINTH + 15 * WORD);
  let odd10 = load<u32>(W, TENTH + 15 * WORD);
  for (let at = W; at < W + 48 * WORD; at += WORD) {
    even1 = nextWord<v128, Nothing>(at, even1);
    store<v128>(at, even1, 16 * WORD);
    even2 = nextWord<v128, Four>(at, even2);
    store<v128>(at, even2, SECOND_FOUR + 16 * WORD);
    even9 = nextWord<u32, Eight>(at, even9);
    store<u32>(at, even9, NINTH + 16 * WORD);
    even10 = nextWord<u32, Nine>(at, even10);
    store<u32>(at, even10, TENTH + 16 * WORD);
    at += WORD;
    odd1 = nextWord<v128, Nothing>(at, odd1);
    store<v128>(at, odd1, 16 * WORD);
    odd2 = nextWord<v128, Four>(at, odd2);
    store<v128>(at, odd2, SECOND_FOUR + 16 * WORD);
    odd9 = nextWord<u32, Eight>(at, odd9);
    store<u32>(at, odd9, NINTH + 16 * WORD);
    odd10 = nextWord<u32, Nine>(at, odd10);
    store<u32>(at, odd10, TENTH + 16 * WORD);
  }
}

/** T₁ */
@inline
function first<T, Before>(at: usize, k: T, e: T, padding: bool): T {
  const f = load<T>(at, offsetof<Before>() + FROM_E + 2 * WORD);
  const g = load<T>(at, offsetof<Before>() + FROM_E + WORD);
  const kw = padding ? k : add<T>(k, load<T>(at, offsetof<Before>()));
  return add<T>(add<T>(add<T>(load<T>(at, offsetof<Before>() + FROM_E), kw), choose<T>(e, f, g)), sum1<T>(e));
}

/** The new e: d + T₁. */
@inline
function nextE<T, Before>(at: usize, t: T): T {
  const e = add<T>(load<T>(at, offsetof<Before>() + FROM_A), t);
  store<T>(at, e, offsetof<Before>() + FROM_E + 4 * WORD);
  return e;
}

/** a ⊕ b */
@inline
function withB<T, Before>(at: usize, a: T): T {
  return xor<T>(a, load<T>(at, offsetof<Before>() + FROM_A + 2 * WORD));
}

/** The new a: T₁ + Σ₀(a) + Maj(a, b, c). */
@inline
function nextA<T, Before>(at: usize, t: T, a: T, ab: T, bc: T): T {
  const b = load<T>(at, offsetof<Before>() + FROM_A + 2 * WORD);
  const next = add<T>(add<T>(t, sum0<T>(a)), majority<T>(b, ab, bc));
  store<T>(at, next, offsetof<Before>() + FROM_A + 4 * WORD);
  return next;
}

/** 6.2.2, 4: the state of 64 rounds ago is added, to A or E as `at` says. */
@inline
function finish<T, Before>(at: usize): void {
  const sum = add<T>(load<T>(at, offsetof<Before>()), load<T>(at, offsetof<Before>() + 64 * WORD));
  store<T>(at, sum, offsetof<Before>());
}

/**
 * 6.2.2, 2 to 4, for all in turn: while some wait, others have work. Two rounds a turn, so that no a ⊕ b has to move.
 * @param padding the block is that; then W is not looked at
 */
@inline
function rounds(padding: bool): void {
  let a1 = load<v128>(A, 3 * WORD);
  let bc1 = xor<v128>(load<v128>(A, 2 * WORD), load<v128>(A, WORD));
  let e1 = load<v128>(E, 3 * WORD);
  let a9 = load<u32>(A, NINTH + 3 * WORD);
  let bc9 = xor<u32>(load<u32>(A, NINTH + 2 * WORD), load<u32>(A, NINTH + WORD));
  let e9 = load<u32>(E, NINTH + 3 * WORD);
  let a2 = load<v128>(A, SECOND_FOUR + 3 * WORD);
  let bc2 = xor<v128>(load<v128>(A, SECOND_FOUR + 2 * WORD), load<v128>(A, SECOND_FOUR + WORD));
  let e2 = load<v128>(E, SECOND_FOUR + 3 * WORD);
  let a10 = load<u32>(A, TENTH + 3 * WORD);
  let bc10 = xor<u32>(load<u32>(A, TENTH + 2 * WORD), load<u32>(A, TENTH + WORD));
  let e10 = load<u32>(E, TENTH + 3 * WORD);
  for (let at = W; at < W + 64 * WORD; at += WORD) {
    let k = padding ? load<u32>(at, FROM_PADDING) : load<u32>(at, FROM_K);
    let k4 = padding ? v128.load32_splat(at, FROM_PADDING) : v128.load32_splat(at, FROM_K);
    let t1 = first<v128, Nothing>(at, k4, e1, padding);
    e1 = nextE<v128, Nothing>(at, t1);
    const ab1 = withB<v128, Nothing>(at, a1);
    a1 = nextA<v128, Nothing>(at, t1, a1, ab1, bc1);
    let t9 = first<u32, Eight>(at, k, e9, padding);
    e9 = nextE<u32, Eight>(at, t9);
    const ab9 = withB<u32, Eight>(at, a9);
    a9 = nextA<u32, Eight>(at, t9, a9, ab9, bc9);
    let t2 = first<v128, Four>(at, k4, e2, padding);
    e2 = nextE<v128, Four>(at, t2);
    const ab2 = withB<v128, Four>(at, a2);
    a2 = nextA<v128, Four>(at, t2, a2, ab2, bc2);
    let t10 = first<u32, Nine>(at, k, e10, padding);
    e10 = nextE<u32, Nine>(at, t10);
    const ab10 = withB<u32, Nine>(at, a10);
    a10 = nextA<u32, Nine>(at, t10, a10, ab10, bc10);

    at += WORD;
    k = padding ? load<u32>(at, FROM_PADDING) : load<u32>(at, FROM_K);
    k4 = padding ? v128.load32_splat(at, FROM_PADDING) : v128.load32_splat(at, FROM_K);
    t1 = first<v128, Nothing>(at, k4, e1, padding);
    e1 = nextE<v128, Nothing>(at, t1);
    bc1 = withB<v128, Nothing>(at, a1);
    a1 = nextA<v128, Nothing>(at, t1, a1, bc1, ab1);
    t9 = first<u32, Eight>(at, k, e9, padding);
    e9 = nextE<u32, Eight>(at, t9);
    bc9 = withB<u32, Eight>(at, a9);
    a9 = nextA<u32, Eight>(at, t9, a9, bc9, ab9);
    t2 = first<v128, Four>(at, k4, e2, padding);
    e2 = nextE<v128, Four>(at, t2);
    bc2 = withB<v128, Four>(at, a2);
    a2 = nextA<v128, Four>(at, t2, a2, bc2, ab2);
    t10 = first<u32, Nine>(at, k, e10, padding);
    e10 = nextE<u32, Nine>(at, t10);
    bc10 = withB<u32, Nine>(at, a10);
    a10 = nextA<u32, Nine>(at, t10, a10, bc10, ab10);
  }
  for (let at = A; at < A + 4 * WORD; at += WORD) {
    finish<v128, Nothing>(at);
    finish<u32, Eight>(at);
    finish<v128, Four>(at);
    finish<u32, Nine>(at);
  }
  for (let at = E; at < E + 4 * WORD; at += WORD) {
    finish<v128, Nothing>(at);
    finish<u32, Eight>(at);
    finish<v128, Four>(at);
    finish<u32, Nine>(at);
  }
}
