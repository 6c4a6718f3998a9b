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
  const isUnmade = (key: string | symbol): key is string =>
    unmade && typeof key === 'string' && Number(key) < length && canonical.test(key);
  return new Proxy(made, {
    get: (target, key) => (isUnmade(key) ? at(Number(key)) : (Reflect.get(target, key) as unknown)),
    has: (target, key) => isUnmade(key) || Reflect.has(target, key),
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

const canonical = /^(?:0|[1-9]\d*)$/;
