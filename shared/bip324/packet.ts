/** BIP324, Packet encryption: one packet at a time, step by step. */
import { concatBytes } from '../bytes.js';
import { HEADER_BYTES, IGNORE_BIT, LENGTH_BYTES, MAX_FORMAT_CONTENTS, TAG_BYTES } from '../engine/engine.js';
import { FSChaCha20 } from './fschacha20.js';
import { FSChaCha20Poly1305 } from './fschacha20poly1305.js';
import { otherRole, sendingKeys, type CipherKeys, type Role } from './keys.js';

const NO_AAD = new Uint8Array(0);

export interface DecryptedPacket {
  /** The whole header byte. */
  header: number;
  /** Bit 7 of the header: a decoy. */
  ignore: boolean;
  contents: Uint8Array;
}

/** Encrypts what `role` sends and decrypts what it receives. The keys are copied. */
export class PacketCipher {
  readonly #sendL: FSChaCha20;
  readonly #sendP: FSChaCha20Poly1305;
  readonly #receiveL: FSChaCha20;
  readonly #receiveP: FSChaCha20Poly1305;
  /** What the next call on the receiving side must be. */
  #expects: { call: 'decryptLength' } | { call: 'decrypt'; length: number } | { call: 'nothing' } = {
    call: 'decryptLength',
  };

  constructor(keys: CipherKeys, role: Role) {
    const sending = sendingKeys(keys, role);
    const receiving = sendingKeys(keys, otherRole(role));
    this.#sendL = new FSChaCha20(sending.L);
    this.#sendP = new FSChaCha20Poly1305(sending.P);
    this.#receiveL = new FSChaCha20(receiving.L);
    this.#receiveP = new FSChaCha20Poly1305(receiving.P);
  }

  /**
   * @param contents up to 2²⁴ − 1 bytes
   * @param options.aad additional authenticated data: the garbage sent, for the first packet
   * @param options.ignore sets the ignore bit
   * @param options.header further header bits
   * @returns 3 bytes of encrypted length ‖ encrypted header and contents ‖ tag: contents + 20 bytes
   * @throws {RangeError} for larger contents
   */
  encrypt(
    contents: Uint8Array,
    options: { aad?: Uint8Array; ignore?: boolean; header?: number } = {},
  ): Uint8Array {
    if (this.#expects.call === 'nothing') throw ended();
    const { length } = contents;
    if (length > MAX_FORMAT_CONTENTS) throw new RangeError('contents have at most 2^24 - 1 bytes');
    const header = (options.header ?? 0) | (options.ignore === true ? IGNORE_BIT : 0);
    const encryptedLength = this.#sendL.crypt(Uint8Array.of(length, length >>> 8, length >>> 16));
    const plaintext = concatBytes(Uint8Array.of(header), contents);
    return concatBytes(encryptedLength, this.#sendP.encrypt(options.aad ?? NO_AAD, plaintext));
  }

  /**
   * The length of the next packet's contents. Then comes exactly one `decrypt`.
   * @param encryptedLength 3 bytes
   */
  decryptLength(encryptedLength: Uint8Array): number {
    if (encryptedLength.length !== LENGTH_BYTES) throw new TypeError('an encrypted length has 3 bytes');
    this.#require('decryptLength');
    const bytes = this.#receiveL.crypt(encryptedLength);
    const length = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
    this.#expects = { call: 'decrypt', length };
    return length;
  }

  /**
   * @param ciphertext what follows the length: 1 + contents + 16 bytes
   * @returns null where the tag, or the number of bytes, does not match; the object has then ended
   */
  decrypt(ciphertext: Uint8Array, options: { aad?: Uint8Array } = {}): DecryptedPacket | null {
    const { length } = this.#require('decrypt');
    const whole = ciphertext.length === HEADER_BYTES + length + TAG_BYTES;
    const plaintext = whole ? this.#receiveP.decrypt(options.aad ?? NO_AAD, ciphertext) : null;
    if (plaintext === null) {
      this.#expects = { call: 'nothing' };
      return null;
    }
    this.#expects = { call: 'decryptLength' };
    const header = plaintext[0]!;
    return { header, ignore: (header & IGNORE_BIT) !== 0, contents: plaintext.subarray(HEADER_BYTES) };
  }

  #require(call: 'decryptLength' | 'decrypt'): { length: number } {
    const expected = this.#expects;
    if (expected.call === 'nothing') throw ended();
    if (expected.call !== call) throw new TypeError(`${expected.call} comes before ${call}`);
    return { length: expected.call === 'decrypt' ? expected.length : 0 };
  }
}

function ended(): TypeError {
  return new TypeError('a packet failed to authenticate: nothing after it can be read');
}
