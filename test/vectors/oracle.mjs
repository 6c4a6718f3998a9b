// @ts-check
/**
 * BIP324 by independent parts: ElligatorSwift from @scure/btc-signer, everything else from OpenSSL (node:crypto).
 * It shares no code with the project, so that what both agree on is the specification. Slow and plain on purpose.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { elligatorSwift } from '@scure/btc-signer/p2p.js';

/** @typedef {'initiator' | 'responder'} Role */
/** @typedef {{ secretKey: Buffer, publicKey: Buffer, ellCase: number }} KeyPair */

export const magics = {
  main: Buffer.from('f9beb4d9', 'hex'),
  testnet3: Buffer.from('0b110907', 'hex'),
  testnet4: Buffer.from('1c163f28', 'hex'),
  signet: Buffer.from('0a03cf40', 'hex'),
  regtest: Buffer.from('fabfb5da', 'hex'),
};

const P = 2n ** 256n - 2n ** 32n - 977n;
const packetsPerKey = 224;

/** @param {Uint8Array} bytes */
export const toBigInt = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
/** @param {bigint} number */
export const to32Bytes = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');

/**
 * An endless, reproducible source of bytes for each label.
 * @param {string} label
 * @returns {(length: number) => Buffer}
 */
export function seeded(label) {
  let block = 0;
  let rest = Buffer.alloc(0);
  return (length) => {
    while (rest.length < length) {
      const next = crypto.createHash('sha256').update(`peerglass vectors ${label} ${block++}`).digest();
      rest = Buffer.concat([rest, next]);
    }
    const bytes = rest.subarray(0, length);
    rest = rest.subarray(length);
    return Buffer.from(bytes);
  };
}

/**
 * The x that 64 bytes encode; OpenSSL confirms that it is on the curve.
 * @param {Uint8Array} encoding
 */
export function decode(encoding) {
  const x = Buffer.from(elligatorSwift.decode(encoding));
  crypto.ECDH.convertKey(liftX(x), 'secp256k1');
  return x;
}

/**
 * The t that encodes x with u in one of the eight cases, if there is one.
 * @param {bigint} x
 * @param {bigint} u
 * @param {number} ellCase
 */
export function inverse(x, u, ellCase) {
  const t = elligatorSwift._inv(x, u, ellCase);
  if (typeof t !== 'bigint') return undefined;
  assert.equal(toBigInt(elligatorSwift.decode(Buffer.concat([to32Bytes(u), to32Bytes(t)]))), x);
  return t;
}

/**
 * @param {(length: number) => Buffer} random
 * @returns {KeyPair}
 */
export function createKey(random) {
  const secretKey = random(32);
  const ecdh = crypto.createECDH('secp256k1');
  ecdh.setPrivateKey(secretKey);
  const x = toBigInt(ecdh.getPublicKey(null, 'compressed').subarray(1));
  for (;;) {
    const u = toBigInt(random(32)) % P;
    const ellCase = /** @type {number} */ (random(1)[0]) % 8;
    const t = inverse(x, u, ellCase);
    if (t) return { secretKey, publicKey: Buffer.concat([to32Bytes(u), to32Bytes(t)]), ellCase };
  }
}

/**
 * @param {KeyPair} ours
 * @param {Uint8Array} theirs
 * @param {boolean} initiating
 */
export function sharedSecret(ours, theirs, initiating) {
  const ecdh = crypto.createECDH('secp256k1');
  ecdh.setPrivateKey(ours.secretKey);
  const sharedX = ecdh.computeSecret(liftX(decode(theirs)));
  assert.deepEqual(sharedX, Buffer.from(elligatorSwift.getSharedSecret(ours.secretKey, theirs)));
  const tag = sha256(Buffer.from('bip324_ellswift_xonly_ecdh'));
  const encodings = initiating ? [ours.publicKey, theirs] : [theirs, ours.publicKey];
  const secret = sha256(tag, tag, ...encodings, sharedX);
  const theirWay = elligatorSwift.getSharedSecretBip324(ours.secretKey, theirs, ours.publicKey, initiating);
  assert.deepEqual(secret, Buffer.from(theirWay));
  return { sharedX, secret };
}

/**
 * @param {Uint8Array} secret
 * @param {Uint8Array} magic
 */
export function sessionKeys(secret, magic) {
  const salt = Buffer.concat([Buffer.from('bitcoin_v2_shared_secret'), magic]);
  const derive = (/** @type {string} */ info) =>
    Buffer.from(crypto.hkdfSync('sha256', secret, salt, info, 32));
  const terminators = derive('garbage_terminators');
  return {
    sessionId: derive('session_id'),
    initiatorL: derive('initiator_L'),
    initiatorP: derive('initiator_P'),
    responderL: derive('responder_L'),
    responderP: derive('responder_P'),
    initiatorGarbageTerminator: terminators.subarray(0, 16),
    responderGarbageTerminator: terminators.subarray(16),
  };
}

/** BIP324, FSChaCha20. */
export class StreamCipher {
  #epoch = 0n;
  #chunks = 0;
  #cipher;

  /** @param {Uint8Array} key */
  constructor(key) {
    this.#cipher = this.#start(key);
  }

  /** @param {Uint8Array} chunk */
  crypt(chunk) {
    const result = this.#cipher.update(chunk);
    this.#chunks += 1;
    if (this.#chunks % packetsPerKey === 0) {
      const key = this.#cipher.update(Buffer.alloc(32));
      this.#epoch += 1n;
      this.#cipher = this.#start(key);
    }
    return result;
  }

  /** @param {Uint8Array} key */
  #start(key) {
    // OpenSSL's 16 bytes: the block counter in 4, then the 12 of the nonce.
    return crypto.createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(8), le(this.#epoch, 8)]));
  }
}

/** BIP324, FSChaCha20Poly1305; encrypting. */
export class PacketAead {
  #key;
  #packets = 0;

  /** @param {Uint8Array} key */
  constructor(key) {
    this.#key = key;
  }

  /**
   * @param {Uint8Array} aad
   * @param {Uint8Array} plaintext
   */
  encrypt(aad, plaintext) {
    const index = BigInt(this.#packets % packetsPerKey);
    const epoch = BigInt(Math.floor(this.#packets / packetsPerKey));
    const ciphertext = this.#seal(le(index, 4), epoch, aad, plaintext);
    this.#packets += 1;
    if (this.#packets % packetsPerKey === 0) {
      const none = Buffer.alloc(0);
      this.#key = this.#seal(Buffer.alloc(4, 0xff), epoch, none, Buffer.alloc(32)).subarray(0, 32);
    }
    return ciphertext;
  }

  /**
   * @param {Buffer} start
   * @param {bigint} epoch
   * @param {Uint8Array} aad
   * @param {Uint8Array} plaintext
   */
  #seal(start, epoch, aad, plaintext) {
    const nonce = Buffer.concat([start, le(epoch, 8)]);
    const cipher = crypto.createCipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: 16 });
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Encrypts the packets of one direction. */
export class PacketWriter {
  #lengths;
  #packets;

  /**
   * @param {Uint8Array} keyL
   * @param {Uint8Array} keyP
   */
  constructor(keyL, keyP) {
    this.#lengths = new StreamCipher(keyL);
    this.#packets = new PacketAead(keyP);
  }

  /**
   * @param {Uint8Array} contents
   * @param {{ aad?: Uint8Array, ignore?: boolean }} [options]
   */
  packet(contents, { aad = Buffer.alloc(0), ignore = false } = {}) {
    const plaintext = Buffer.concat([Buffer.of(ignore ? 0x80 : 0), contents]);
    const length = this.#lengths.crypt(le(BigInt(contents.length), 3));
    return Buffer.concat([length, this.#packets.encrypt(aad, plaintext)]);
  }
}

/**
 * @param {bigint} number
 * @param {number} length
 */
export function le(number, length) {
  return Buffer.from(Array.from({ length }, (_, i) => Number((number >> BigInt(8 * i)) & 0xffn)));
}

/** @param {...Uint8Array} parts */
export function sha256(...parts) {
  return crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** @param {Uint8Array} x */
function liftX(x) {
  return Buffer.concat([Buffer.of(2), x]);
}
