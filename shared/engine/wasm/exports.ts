/** What the compiled module exports: pointers and sizes are bytes in `memory`. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory;
  memoryStart(): number;
}
