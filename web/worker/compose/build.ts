import { decodeMessageType, encodeMessageType } from '../../../shared/bip324/message-type.js';
import { concatBytes } from '../../../shared/bytes.js';
import { MAX_FORMAT_CONTENTS } from '../../../shared/engine/engine.js';
import { EncodeError, payloadOf } from '../../../shared/messages/index.js';
import { encodeTypeField } from '../../../shared/type-field.js';
import type { Composed, Problem } from './protocol.js';
import { MAX_PAYLOAD, parseRawHex } from './raw-hex.js';

/** What goes out, as bytes. */
export type Built =
  | {
      readonly kind: 'message';
      /** undefined for an id that stands for no type. */
      readonly type: string | undefined;
      readonly id?: number;
      readonly payload: Uint8Array;
      /** In v2: what says the type. */
      readonly typeBytes: Uint8Array;
    }
  | { readonly kind: 'decoy'; readonly length: number };

/**
 * What was filled in, hostile or not, as bytes.
 * @throws {EncodeError} whose field is that of the form, or 'type', 'id', 'payload', 'length'
 */
export function build(composed: Composed, protocol: 'v1' | 'v2'): Built {
  switch (composed.kind) {
    case 'form':
      return message(composed.type, composed.form, within(payloadOf(composed.type, composed.draft)));
    case 'raw':
      return message(composed.type, composed.form, parseRawHex(composed.payload));
    case 'id': {
      if (protocol === 'v1') throw new EncodeError('invalid-value', 'v1 has no one-byte ids', 'id');
      const id = whole(composed.id, 1, 255, 'id');
      const typeBytes = Uint8Array.of(id);
      const { type } = decodeMessageType(typeBytes);
      return { kind: 'message', type, id, payload: parseRawHex(composed.payload), typeBytes };
    }
    case 'decoy':
      if (protocol === 'v1') throw new EncodeError('invalid-value', 'v1 has no decoys', 'length');
      return { kind: 'decoy', length: whole(composed.length, 0, MAX_FORMAT_CONTENTS, 'length') };
  }
}

function message(type: string, form: 'short' | 'long', payload: Uint8Array): Built {
  const typeBytes = typeBytesOf(type, form);
  const id = typeBytes.length === 1 ? typeBytes[0] : undefined;
  return { kind: 'message', type, payload, typeBytes, ...(id !== undefined && { id }) };
}

/** Types without a short id go in long form, whatever was chosen for others. */
function typeBytesOf(type: string, form: 'short' | 'long'): Uint8Array {
  try {
    return form === 'long' ? concatBytes(Uint8Array.of(0), encodeTypeField(type)) : shortest(type);
  } catch (error) {
    if (error instanceof TypeError) throw new EncodeError('unreadable-text', error.message, 'type');
    throw error;
  }
}

function shortest(type: string): Uint8Array {
  try {
    return encodeMessageType(type, 'short');
  } catch {
    return encodeMessageType(type, 'long');
  }
}

function within(payload: Uint8Array): Uint8Array {
  if (payload.length <= MAX_PAYLOAD) return payload;
  throw new EncodeError(
    'limit-exceeded',
    `${payload.length} bytes: a payload has at most ${MAX_PAYLOAD}, real nodes take no more`,
  );
}

function whole(text: string, min: number, max: number, field: string): number {
  const value = /^\s*\d{1,8}\s*$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new EncodeError('unreadable-text', `a whole number from ${min} to ${max} is needed`, field);
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof EncodeError)) throw error;
  return { field: error.field, message: error.reason };
}
