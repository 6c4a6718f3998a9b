/** What the node is to do: node-process.ts. */
export function command(letter: 'D' | 'U' | 'E' | 'F' | 'N' | 'C' | 'R', length = 0): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.write(letter, 'latin1');
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
