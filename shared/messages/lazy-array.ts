/**
 * An array whose elements are made when somebody first asks for them, and then kept. Whoever changes it, lists its
 * keys or asks for a property's description gets all of them made first, and from then on it is an ordinary array.
 * It is a Proxy: structuredClone takes it only as a copy, `[...array]`.
 * @param make the element at an index; not undefined
 */
export function lazyArray<T>(length: number, make: (index: number) => T): T[] {
  const made = new Array<T | undefined>(length);
  let unmade = true;
  const at = (index: number): T => (made[index] ??= make(index));
  const settle = () => {
    if (!unmade) return;
    for (let i = 0; i < length; i++) at(i);
    unmade = false;
  };
  /** The index that a key means; a Proxy is given all of them as texts. */
  const indexOf = (key: string | symbol): number => {
    if (!unmade || typeof key !== 'string') return -1;
    const index = Number(key);
    return index < length && String(index) === key && Number.isInteger(index) ? index : -1;
  };
  return new Proxy(made, {
    get(target, key) {
      const index = indexOf(key);
      return index >= 0 ? at(index) : (Reflect.get(target, key) as unknown);
    },
    has: (target, key) => indexOf(key) >= 0 || Reflect.has(target, key),
    ownKeys(target) {
      settle();
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(target, key) {
      settle();
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    set(target, key, value) {
      settle();
      return Reflect.set(target, key, value);
    },
    defineProperty(target, key, descriptor) {
      settle();
      return Reflect.defineProperty(target, key, descriptor);
    },
    deleteProperty(target, key) {
      settle();
      return Reflect.deleteProperty(target, key);
    },
    preventExtensions(target) {
      settle();
      return Reflect.preventExtensions(target);
    },
  }) as T[];
}
