/** What the compiled module exports: pointers and sizes are bytes in `memory`, and what says whether is 1 or 0. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory;
  memoryStart(): number;
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
