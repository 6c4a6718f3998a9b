/** A recording as a file: JSON Lines, at the level that somebody chose (FORMAT.md). */
import { encodeMessageType } from '../bip324/message-type.js';
import type { PacketFacts } from '../bip324/trace.js';
import { toHex } from '../bytes.js';
import { crcHex } from './crc.js';
import { nobleEngine } from '../engine/noble/index.js';
import { faults, nowhere, RecordingFailure } from './errors.js';
import { fittingKeys } from './keys.js';
import { Replayer } from './replay.js';
import { observed } from './observed.js';
import { sessionKeyNames, type Secrets } from './secrets.js';
import {
  atLeast,
  FORMAT_NAME,
  FORMAT_VERSION,
  levels,
  type Level,
  type RecordedItem,
  type Recording,
} from './types.js';

const PIECE_CHARS = 1 << 16;

/** The levels at which this recording can be saved. */
export function availableLevels(recording: Recording): Level[] {
  if (recording.header.protocol === 'v1') return ['plaintext'];
  const { holds } = recording.secrets;
  if (holds === 'nothing') return ['ciphertext'];
  if (holds === 'session-keys') return ['ciphertext', 'session-keys'];
  return [...levels];
}

/**
 * @param level a v1 session is plaintext at any
 * @returns the file in pieces of some 64 KiB, made as they are asked for
 * @throws {RecordingFailure} 'keys-missing' or 'keys-do-not-fit', at once
 */
export function writeRecording(recording: Recording, level: Level = 'ciphertext'): Generator<Uint8Array> {
  const { header } = recording;
  const written = header.protocol === 'v1' ? 'plaintext' : level;
  const secrets = header.protocol === 'v1' ? {} : secretsFor(recording, written);
  return pieces(lines(recording, written, secrets));
}

function secretsFor(recording: Recording, level: Level): Secrets {
  if (level === 'ciphertext') return {};
  if (!availableLevels(recording).includes(level))
    throw new RecordingFailure(nowhere(faults.keysMissing(`the level "${level}"`)));
  const { keys, problem, claim } = fittingKeys(recording, nobleEngine);
  if (problem !== undefined) throw new RecordingFailure(problem);
  const held = recording.secrets.reveal();
  const wanted = atLeast(level, 'ephemeral-key');
  // The key is not that of the bytes, and only the session keys are.
  if (wanted && keys.from === 'session-keys' && claim !== undefined) throw new RecordingFailure(claim);
  const sessionKeys = keys.from === 'ephemeral-key' ? keys.agreement?.keys : held.sessionKeys;
  return {
    ...(wanted && held.ephemeralKey && { ephemeralKey: held.ephemeralKey }),
    ...(sessionKeys && { sessionKeys }),
  };
}

function* lines(recording: Recording, level: Level, secrets: Secrets): Generator<object> {
  const { network, role, startedAt, software, maxContents, protocol, peer } = recording.header;
  yield {
    format: FORMAT_NAME,
    version: FORMAT_VERSION,
    level,
    protocol,
    network,
    role,
    startedAt,
    software: { name: software.name, version: software.version },
    maxContents,
    // Decrypted facts: an observer has none.
    ...(peer && level !== 'ciphertext' && { peer }),
  };
  const { ephemeralKey, sessionKeys } = secrets;
  if (ephemeralKey !== undefined) {
    const { secretKey, ellCase, attempts } = ephemeralKey;
    yield { secrets: 'ephemeral-key', secretKey: toHex(secretKey), ellCase, attempts };
  }
  if (sessionKeys !== undefined) {
    yield {
      secrets: 'session-keys',
      ...Object.fromEntries(sessionKeyNames.map((name) => [name, toHex(sessionKeys[name])])),
    };
  }
  const offsets = { sent: 0, received: 0 };
  if (level === 'plaintext' && protocol === 'v2') yield* itemsWithPackets(recording, offsets);
  else {
    const items = level === 'ciphertext' ? observed(recording.items) : recording.items;
    for (const item of items) yield* lineOf(item, offsets);
  }

  const last = recording.items.at(-1);
  const ended = last?.kind === 'event' && last.event.type !== 'state';
  if (!ended) yield { at: last?.at ?? 0, event: 'stopped', reason: 'saved', ...offsets };
}

type Offsets = { sent: number; received: number };

function* lineOf(item: RecordedItem, offsets: Offsets): Generator<object> {
  const { at } = item;
  if (item.kind === 'chunk') {
    const { direction: dir, bytes } = item;
    yield { at, dir, offset: offsets[dir], crc: crcHex(bytes), bytes: toHex(bytes) };
    offsets[dir] += bytes.length;
  } else if (item.kind === 'event') {
    const { type: event, ...rest } = item.event;
    yield { at, event, ...rest, ...(event !== 'state' && offsets) };
  }
}

/** Each decrypted packet follows the chunk that completed it. */
function* itemsWithPackets(recording: Recording, offsets: Offsets): Generator<object> {
  const replayer = new Replayer(recording, { secrets: 'omit' });
  let written = 0;
  for (let step = replayer.next(); step !== undefined; step = replayer.next()) {
    while (written < replayer.position) yield* lineOf(recording.items[written++]!, offsets);
    if (step.kind !== 'v2' || step.entry.packet === undefined) continue;
    const { packet, direction, fields } = step.entry;
    const value = fields.find(({ kind }) => kind === 'contents')?.value;
    yield packetLine(step.at, direction, packet, value instanceof Uint8Array ? value : new Uint8Array(0));
  }
  while (written < recording.items.length) yield* lineOf(recording.items[written++]!, offsets);
}

function packetLine(at: number, dir: string, packet: PacketFacts, contents: Uint8Array): object {
  const { index, role, header, message } = packet;
  const common = { at, dir, packet: index, role, header };
  // A type that is none cannot be said by its name: the contents are told as they are.
  if (message?.type === undefined) return { ...common, contents: toHex(contents) };
  const { type, id, payload } = message;
  return { ...common, type, ...(id !== undefined && { id }), payload: toHex(payload) };
}

/** What a packet's line stands for. @throws {TypeError} for a type that is none */
export function contentsOfMessage(type: string, id: number | undefined, payload: Uint8Array): Uint8Array {
  const prefix = id === undefined ? encodeMessageType(type, 'long') : Uint8Array.of(id);
  const contents = new Uint8Array(prefix.length + payload.length);
  contents.set(prefix);
  contents.set(payload, prefix.length);
  return contents;
}

/** @param objects of JSON, a line each */
function* pieces(objects: Iterable<object>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const object of objects) {
    text += JSON.stringify(object) + '\n';
    if (text.length < PIECE_CHARS) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}
