/**
 * Control messages: the tunnel's text frames, JSON, told apart by `type`. Unknown types are ignored, so that either
 * side may learn new ones; a known type that is malformed ends the tunnel.
 */

/** From the bridge, first of all: the TCP connection stands. */
export interface Connected {
  readonly type: 'connected';
  /** The IP address that was dialled. */
  readonly address: string;
  readonly port: number;
  /** Milliseconds from the first attempt to the connection. */
  readonly connectMs: number;
  readonly bridge: { readonly name: string; readonly version: string };
}

/**
 * From either side: the other may send so many more bytes of the TCP stream. The sum of a side's credits is all that
 * the other may have sent since the tunnel opened. Until a side's first credit, only the WebSocket holds the other
 * back; so clients that know nothing of credits work too.
 */
export interface Credit {
  readonly type: 'credit';
  /** 1…MAX_CREDIT */
  readonly bytes: number;
}

/**
 * From the client: the bridge answers with a `pong` of the same id as soon as it reads it, so that a round trip to the
 * bridge can be told from one to the node. It answers one at a time: a ping that comes before the last pong has left
 * is ignored. Neither is progress of the connection.
 */
export interface Ping {
  readonly type: 'ping' | 'pong';
  /** 0…2³²−1 */
  readonly id: number;
}

/**
 * From the client, before everything else: the phrase that a bridge with an access key asks for. A bridge that asks
 * for one dials nothing before it, and ends the tunnel when it is wrong or when anything else comes first.
 */
export interface Access {
  readonly type: 'access';
  /** At most 256 characters. */
  readonly key: string;
}

export type ControlMessage = Connected | Credit | Ping | Access;

export const MAX_CREDIT = 2 ** 31;

/** UTF-16 units; ours are under 300. */
const MAX_TEXT = 4096;

/** A text frame that is not a control message. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code = 'control-malformed';
  readonly hint = 'Text frames carry JSON control messages; bytes of the connection go in binary frames.';
}

export function encodeControl(message: ControlMessage): string {
  return JSON.stringify(message);
}

/**
 * @returns undefined for a type that is not known
 * @throws {ControlError}
 */
export function parseControl(text: string): ControlMessage | undefined {
  if (text.length > MAX_TEXT) throw new ControlError(`control message over ${MAX_TEXT} characters`);
  const value = parseObject(text);
  switch (value['type']) {
    case 'credit':
      return { type: 'credit', bytes: integer(value, 'bytes', 1, MAX_CREDIT) };
    case 'ping':
    case 'pong':
      return { type: value['type'], id: integer(value, 'id', 0, 2 ** 32 - 1) };
    case 'access':
      return { type: 'access', key: shortText(value, 'key') };
    case 'connected': {
      const bridge = value['bridge'];
      if (!isObject(bridge)) throw new ControlError('control message: bridge is not an object');
      return {
        type: 'connected',
        address: shortText(value, 'address'),
        port: integer(value, 'port', 1, 65_535),
        connectMs: duration(value, 'connectMs'),
        bridge: { name: shortText(bridge, 'name'), version: shortText(bridge, 'version') },
      };
    }
    default:
      if (typeof value['type'] === 'string') return undefined;
      throw new ControlError('control message without a type');
  }
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError('control message is not JSON');
  }
  if (!isObject(value)) throw new ControlError('control message is not an object');
  return value;
}

function integer(object: JsonObject, field: string, least: number, most: number): number {
  const value = object[field];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ControlError(`control message: ${field} is not an integer from ${least} to ${most}`);
}

function duration(object: JsonObject, field: string): number {
  const value = object[field];
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  throw new ControlError(`control message: ${field} is not a duration`);
}

function shortText(object: JsonObject, field: string): string {
  const value = object[field];
  if (typeof value === 'string' && value.length <= 256) return value;
  throw new ControlError(`control message: ${field} is not a short text`);
}
