/** What each kind of line holds, once it is JSON. */
import { toHex } from '../bytes.js';
import type { NetworkName } from '../networks.js';
import { networks } from '../networks.js';
import { faults } from './errors.js';
import {
  BadLine,
  hex,
  integer,
  isObject,
  object,
  oneOf,
  optional,
  text,
  time,
  type Fields,
} from './fields.js';
import { parseIsoTime } from './iso-time.js';
import { defaultMaxContents } from './recorder.js';
import { makeSessionKeys, type Secrets } from './secrets.js';
import {
  FORMAT_NAME,
  FORMAT_VERSION,
  levels,
  type PeerFacts,
  type RecordedChunk,
  type RecordedPacket,
  type RecordingHeader,
  type SessionEvent,
} from './types.js';
import { contentsOfMessage } from './writer.js';

const MAX_FORMAT_CONTENTS = 2 ** 24 - 1;
const directions = ['sent', 'received'] as const;

export function readHeader(fields: Fields): RecordingHeader {
  if (fields['format'] !== FORMAT_NAME) throw new BadLine(faults.wrongFormat());
  const version = integer(fields, 'version');
  if (version < 1 || version > FORMAT_VERSION)
    throw new BadLine(faults.wrongVersion(version, FORMAT_VERSION));
  const protocol = oneOf(fields, 'protocol', ['v1', 'v2']);
  const startedAt = text(fields, 'startedAt');
  if (parseIsoTime(startedAt) === undefined)
    throw new BadLine(faults.badField('startedAt', 'a time as 2026-01-31T12:00:00.000Z'));
  const software = object(fields, 'software');
  const peer = optional(fields, 'peer', object);
  const maxContents = optional(fields, 'maxContents', (fields, name) =>
    integer(fields, name, protocol === 'v1' ? 2 ** 32 - 1 : MAX_FORMAT_CONTENTS),
  );
  return {
    version,
    level: oneOf(fields, 'level', levels),
    protocol,
    network: oneOf(fields, 'network', Object.keys(networks) as NetworkName[]),
    role: oneOf(fields, 'role', ['initiator', 'responder']),
    startedAt,
    software: { name: text(software, 'name'), version: text(software, 'version') },
    maxContents: maxContents ?? defaultMaxContents(protocol),
    ...(peer && { peer: readPeer(peer) }),
  };
}

function readPeer(fields: Fields): PeerFacts {
  const address = optional(fields, 'address', text);
  const userAgent = optional(fields, 'userAgent', text);
  const version = optional(fields, 'version', (fields, name) => integer(fields, name));
  const height = optional(fields, 'height', (fields, name) => integer(fields, name));
  const services = optional(fields, 'services', (fields, name) => {
    const value = fields[name];
    const isList = Array.isArray(value) && value.length <= 64;
    if (!isList || !value.every((each): each is string => typeof each === 'string' && each.length <= 100))
      throw new BadLine(faults.badField('services', 'a list of names'));
    return value;
  });
  return {
    ...(address !== undefined && { address }),
    ...(userAgent !== undefined && { userAgent }),
    ...(version !== undefined && { version }),
    ...(services !== undefined && { services }),
    ...(height !== undefined && { height }),
  };
}

/** @returns undefined for secrets of a kind that a later version may have */
export function readSecrets(fields: Fields): Secrets | undefined {
  if (fields['secrets'] === 'ephemeral-key') {
    const secretKey = hex(fields, 'secretKey', 32);
    const [ellCase, attempts] = [integer(fields, 'ellCase', 7), integer(fields, 'attempts')];
    return { ephemeralKey: { secretKey, ellCase, attempts } };
  }
  if (fields['secrets'] === 'session-keys') {
    const length = (name: string) => (name.endsWith('Terminator') ? 16 : 32);
    return { sessionKeys: makeSessionKeys((name) => hex(fields, name, length(name))) };
  }
  return undefined;
}

interface Checks {
  readonly offset: number | undefined;
  /** 8 digits, in lower case. */
  readonly crc: string | undefined;
}

export function readChunk(fields: Fields): RecordedChunk & Checks {
  return {
    kind: 'chunk',
    at: time(fields),
    direction: oneOf(fields, 'dir', directions),
    bytes: hex(fields, 'bytes'),
    offset: optional(fields, 'offset', (fields, name) => integer(fields, name)),
    crc: optional(fields, 'crc', (fields, name) => toHex(hex(fields, name, 4))),
  };
}

export function readPacket(fields: Fields): RecordedPacket {
  const role = oneOf(fields, 'role', ['version', 'message', 'decoy']);
  return {
    kind: 'packet',
    at: time(fields),
    direction: oneOf(fields, 'dir', directions),
    index: integer(fields, 'packet'),
    role,
    header: integer(fields, 'header', 255),
    contents: fields['type'] === undefined ? hex(fields, 'contents') : readMessage(fields),
  };
}

function readMessage(fields: Fields): Uint8Array {
  const id = optional(fields, 'id', (fields, name) => integer(fields, name, 255));
  try {
    return contentsOfMessage(text(fields, 'type'), id, hex(fields, 'payload'));
  } catch (error) {
    if (error instanceof BadLine) throw error;
    throw new BadLine(faults.badField('type', 'a message type'));
  }
}

/** @returns undefined for an event that a later version may have */
export function readEvent(fields: Fields): SessionEvent | undefined {
  switch (fields['event']) {
    case 'state':
      return { type: 'state', state: text(fields, 'state') };
    case 'end': {
      const by = optional(fields, 'by', (fields, name) => oneOf(fields, name, ['us', 'peer']));
      const code = optional(fields, 'code', text);
      return {
        type: 'end',
        state: oneOf(fields, 'state', ['closed', 'failed']),
        ...(by !== undefined && { by }),
        ...(code !== undefined && { code }),
      };
    }
    case 'stopped':
      return { type: 'stopped', reason: oneOf(fields, 'reason', ['limit', 'saved']) };
    default:
      return undefined;
  }
}

/** How many bytes crossed each way, as a last line says it. */
export function readTotals(fields: Fields): { sent: number | undefined; received: number | undefined } {
  const total = (name: string) => optional(fields, name, (fields, name) => integer(fields, name));
  return { sent: total('sent'), received: total('received') };
}

export function parseJson(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // a syntax error, or nesting that is too deep
  }
}
