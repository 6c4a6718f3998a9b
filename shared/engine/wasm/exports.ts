/** What the compiled module exports: pointers and sizes are bytes in `memory`. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory;
  memoryStart(): number;
  /** Where messages for the two functions below go, and their hashes come from; so many bytes. */
  hashBuffer(): number;
  hashBufferBytes(): number;
  doubleSha256Of80(count: number): void;
  doubleSha256OfPairs(count: number): void;
}
