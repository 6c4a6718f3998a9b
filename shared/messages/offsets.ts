/** Offsets in a payload, in four bytes each: there may be as many as the payload has bytes. */
export class Offsets {
  #offsets = new Uint32Array(16);
  #length = 0;

  push(offset: number): void {
    if (this.#length === this.#offsets.length) {
      const larger = new Uint32Array(2 * this.#length);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.#length++] = offset;
  }

  get last(): number | undefined {
    return this.#offsets[this.#length - 1];
  }

  /** All of them, with no room to spare. */
  finish(): Uint32Array {
    return this.#offsets.slice(0, this.#length);
  }
}
