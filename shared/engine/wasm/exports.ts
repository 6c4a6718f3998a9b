/** What the compiled module exports: pointers and sizes are bytes in `memory`. */
export interface WasmExports extends PacketExports, KeyExports, HashExports {
  readonly memory: WebAssembly.Memory;
  memoryStart(): number;
}

/** assembly/packets.ts */
export interface PacketExports {
  packetWindow(): number;
  packetWindowBytes(): number;
  sealingWindow(): number;
  sealingWindowBytes(): number;
  packetTable(): number;
  packetEnding(): number;
  slotBytes(): number;
  beginSlot(slot: number): void;
  authenticateData(slot: number, length: number): void;
  openPackets(slot: number, at: number, end: number, most: number): number;
  decryptWindow(slot: number, length: number): void;
  /** 1 or 0 */
  finishOpening(slot: number): number;
  sealPacket(slot: number, length: number): void;
  maskedLength(slot: number, length: number): number;
  encryptPiece(slot: number, length: number): void;
  finishSealing(slot: number, at: number): void;
}

/** assembly/keys.ts; what says whether is 1 or 0. */
export interface KeyExports {
  keysDecode(): void;
  keysEcdh(): void;
  keysEncode(ellCase: number): number;
  keysIsOnCurve(): number;
  keysIsSecret(): number;
  keysIsU(): number;
  keysMemory(): number;
  keysPrepare(): void;
  keysPublicX(): void;
  keysWipe(): void;
}

/** assembly/sha256.ts */
export interface HashExports {
  /** Where messages for the two functions below go, and their hashes come from; so many bytes. */
  hashBuffer(): number;
  hashBufferBytes(): number;
  doubleSha256Of80(count: number): void;
  doubleSha256OfPairs(count: number): void;
}
