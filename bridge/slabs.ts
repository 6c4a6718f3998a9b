/**
 * Memory for bytes on their way to a client. Every read of a node's socket lands in one buffer that all tunnels share,
 * so that an idle tunnel holds none; what was read is copied out at once, a large read into a slab that is used again.
 * Without that every read allocates 64 KiB, and the garbage collector takes a quarter of the processor.
 */

/** About what the system hands over in one read. */
const SLAB_SIZE = 1 << 16;

/** Below half a slab, memory of its own size: what a tunnel is charged for is what it costs. */
const LEAST = SLAB_SIZE / 2;

/** Slabs kept for reuse: 4 MiB. */
const KEPT = 64;

const kept: Buffer[] = [];

/** Where sockets read to. Whoever is told of a read copies it before anything else is read. */
export const readBuffer = Buffer.alloc(SLAB_SIZE);

/** A copy that is the caller's until `giveBack`. */
export function copyOf(bytes: Uint8Array): Buffer {
  if (bytes.length < LEAST) return Buffer.from(bytes);
  const slab = kept.pop() ?? Buffer.allocUnsafeSlow(SLAB_SIZE);
  slab.set(bytes);
  return bytes.length === SLAB_SIZE ? slab : slab.subarray(0, bytes.length);
}

/**
 * Nobody looks at this copy, nor at any part of its memory, any more. What is not given back is garbage, and no harm;
 * what is no slab is ignored.
 */
export function giveBack(copy: Buffer): void {
  if (kept.length >= KEPT || copy.byteOffset !== 0 || copy.buffer.byteLength !== SLAB_SIZE) return;
  kept.push(copy.length === SLAB_SIZE ? copy : Buffer.from(copy.buffer));
}
