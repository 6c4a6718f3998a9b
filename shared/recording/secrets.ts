import { copyBytes } from '../bytes.js';
import type { SessionKeys } from '../bip324/keys.js';

/** Our half of the key exchange, with what its trace tells of how it came about. */
export interface EphemeralKey {
  /** 32 bytes */
  readonly secretKey: Uint8Array;
  /** Which of the eight inverses encoded the public key, and how many pairs were tried. */
  readonly ellCase: number;
  readonly attempts: number;
}

export interface Secrets {
  readonly ephemeralKey?: EphemeralKey;
  readonly sessionKeys?: SessionKeys;
}

/** The secrets of a recording, reachable by `reveal` alone: logging, cloning or serialising one carries none along. */
export class RecordedSecrets {
  static readonly none = new RecordedSecrets({});
  readonly #secrets: Secrets;

  /** @param secrets copied */
  constructor({ ephemeralKey, sessionKeys }: Secrets) {
    this.#secrets = {
      ...(ephemeralKey && {
        ephemeralKey: { ...ephemeralKey, secretKey: copyBytes(ephemeralKey.secretKey) },
      }),
      ...(sessionKeys && { sessionKeys: copyKeys(sessionKeys) }),
    };
  }

  get holds(): 'nothing' | 'session-keys' | 'ephemeral-key' {
    if (this.#secrets.ephemeralKey !== undefined) return 'ephemeral-key';
    return this.#secrets.sessionKeys === undefined ? 'nothing' : 'session-keys';
  }

  /** Not copies: whoever reads them does not change them. */
  reveal(): Secrets {
    return this.#secrets;
  }
}

export const sessionKeyNames = [
  'sessionId',
  'initiatorL',
  'initiatorP',
  'responderL',
  'responderP',
  'initiatorGarbageTerminator',
  'responderGarbageTerminator',
] as const satisfies readonly (keyof SessionKeys)[];

/** @param of gives the bytes of each */
export function makeSessionKeys(of: (name: keyof SessionKeys) => Uint8Array): SessionKeys {
  return Object.fromEntries(sessionKeyNames.map((name) => [name, of(name)])) as unknown as SessionKeys;
}

function copyKeys(keys: SessionKeys): SessionKeys {
  return makeSessionKeys((name) => copyBytes(keys[name]));
}
