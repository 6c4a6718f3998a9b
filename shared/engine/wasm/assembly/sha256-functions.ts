/**
 * FIPS 180-4, 4.1.2, of one message, T = u32, or of four at once, T = v128. Of one, a rotation is an
 * instruction that overwrites what it rotates: nested, each but the first needs no copy. Nothing here is secret.
 */

@inline
export function add<T>(x: T, y: T): T {
  if (isVector<T>()) return i32x4.add(x, y);
  return ((x as u32) + (y as u32)) as T;
}

@inline
export function xor<T>(x: T, y: T): T {
  if (isVector<T>()) return v128.xor(x, y);
  return ((x as u32) ^ (y as u32)) as T;
}

@inline
function and<T>(x: T, y: T): T {
  if (isVector<T>()) return v128.and(x, y);
  return ((x as u32) & (y as u32)) as T;
}

@inline
function shift<T>(x: T, n: i32): T {
  if (isVector<T>()) return i32x4.shr_u(x, n);
  return ((x as u32) >>> n) as T;
}

/** Of four, shift-or: quicker than shuffles, and no instruction rotates. */
@inline
function rotate<T>(x: T, n: i32): T {
  if (isVector<T>()) return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
  return rotr<u32>(x as u32, n) as T;
}

/** Σ₀; then Σ₁, σ₀, σ₁, Ch and Maj. */
@inline
export function sum0<T>(x: T): T {
  if (isInteger<T>()) return rotate<T>(xor<T>(rotate<T>(xor<T>(rotate<T>(x, 9), x), 11), x), 2);
  return xor<T>(xor<T>(rotate<T>(x, 2), rotate<T>(x, 13)), rotate<T>(x, 22));
}

@inline
export function sum1<T>(x: T): T {
  if (isInteger<T>()) return rotate<T>(xor<T>(rotate<T>(xor<T>(rotate<T>(x, 14), x), 5), x), 6);
  return xor<T>(xor<T>(rotate<T>(x, 6), rotate<T>(x, 11)), rotate<T>(x, 25));
}

@inline
export function sigma0<T>(x: T): T {
  if (isInteger<T>()) return xor<T>(rotate<T>(xor<T>(rotate<T>(x, 11), x), 7), shift<T>(x, 3));
  return xor<T>(xor<T>(rotate<T>(x, 7), rotate<T>(x, 18)), shift<T>(x, 3));
}

@inline
export function sigma1<T>(x: T): T {
  if (isInteger<T>()) return xor<T>(rotate<T>(xor<T>(rotate<T>(x, 2), x), 17), shift<T>(x, 10));
  return xor<T>(xor<T>(rotate<T>(x, 17), rotate<T>(x, 19)), shift<T>(x, 10));
}

@inline
export function choose<T>(e: T, f: T, g: T): T {
  return xor<T>(g, and<T>(e, xor<T>(f, g)));
}

/** With a ⊕ b, which is the next round's b ⊕ c. */
@inline
export function majority<T>(b: T, ab: T, bc: T): T {
  return xor<T>(b, and<T>(ab, bc));
}
