/** Where static data ends: what lies behind is laid out by the driver in TypeScript. */
export function memoryStart(): usize {
  return __heap_base;
}
