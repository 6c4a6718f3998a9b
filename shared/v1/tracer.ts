/** Turns what a v1 transport does into trace entries. Exists only while an observer is attached. */
import { copyBytes, concatBytes } from '../bytes.js';
import {
  TraceValue,
  type FieldKind,
  type TraceEntry,
  type TraceField,
  type TraceObserver,
} from '../transport.js';
import { TYPE_FIELD_BYTES } from '../type-field.js';
import { CHECKSUM_BYTES, checksumOf, LENGTH_BYTES, MAGIC_BYTES, type Header } from './header.js';
import type { V1States } from './states.js';

type Direction = TraceEntry['direction'];

/** The next field of a direction: the tracer knows where it starts. */
interface Laid {
  name: string;
  kind: FieldKind;
  length: number;
  meaning: string;
  value?: number | Uint8Array;
}

export class V1Tracer {
  readonly #observer: TraceObserver<V1States>;
  readonly #offsets = { sent: 0, received: 0 };
  readonly #messages = { sent: 0, received: 0 };

  constructor(observer: TraceObserver<V1States>) {
    this.#observer = observer;
  }

  message(
    direction: Direction,
    wireHeader: Uint8Array,
    header: Header,
    payload: Uint8Array,
    checksum: 'right' | 'wrong',
    before: V1States,
    after: V1States,
  ): void {
    const index = this.#messages[direction]++;
    // The caller may go on using its array.
    const owned = copyBytes(payload);
    const layout = messageLayout(`message-${index}`, header, owned);
    this.#emit('v1-message', direction, concatBytes(wireHeader, owned), layout, before, after, {
      derivations: [
        {
          id: 'v1-checksum',
          source: 'Bitcoin P2P protocol, message header',
          inputs: [TraceValue.open('payload', owned)],
          outputs: [TraceValue.open('checksum', checksumOf(owned))],
        },
      ],
      v1Message: { index, type: header.type, payload: owned, checksum },
    });
  }

  /** The stream ends here, or cannot be read on: what is left over, as far as it can be named. */
  cut(
    left: readonly Uint8Array[],
    header: Header | undefined,
    readable: boolean,
    before: V1States,
    after: V1States,
  ): void {
    const bytes = concatBytes(...left);
    if (bytes.length === 0) return;
    const layout = messageLayout(`message-${this.#messages.received}`, header);
    // After a header that was refused nothing can be read.
    if (!readable) layout.splice(-1, 1, unread);
    this.#emit('cut', 'received', bytes, layout, before, after, { derivations: [] });
  }

  #emit(
    step: TraceEntry['step'],
    direction: Direction,
    bytes: Uint8Array,
    layout: readonly Laid[],
    before: V1States,
    after: V1States,
    rest: Pick<TraceEntry, 'derivations' | 'v1Message'>,
  ): void {
    const offset = this.#offsets[direction];
    const stop = offset + bytes.length;
    this.#offsets[direction] = stop;
    let start = offset;
    const fields: TraceField[] = [];
    for (const { name, length, ...what } of layout) {
      const end = Math.min(start + length, stop);
      if (end > start) {
        const cut: Pick<TraceField, 'incomplete'> =
          end < start + length && length !== Infinity ? { incomplete: true } : {};
        fields.push({ id: `${direction}.${name}`, ...what, start, end, secret: false, ...cut });
      }
      start = end;
    }
    this.#observer.entry({ step, direction, offset, bytes, fields, before, after, ...rest });
  }
}

const unread: Laid = {
  name: 'unread',
  kind: 'unread',
  length: Infinity,
  meaning: 'Bytes that nothing can be said about: the connection had failed before them.',
};

/** @param header undefined where it did not come whole: then the payload's length is not known either */
function messageLayout(at: string, header: Header | undefined, payload?: Uint8Array): Laid[] {
  const type = header?.type;
  const typeField = {
    name: `${at}.type`,
    kind: 'type',
    length: TYPE_FIELD_BYTES,
    meaning: `What message this is${type === undefined ? '' : `, “${type}”`}: 12 bytes of text, padded with zeros, readable by anyone.`,
  } as const;
  return [
    {
      name: `${at}.magic`,
      kind: 'magic',
      length: MAGIC_BYTES,
      meaning:
        'Four bytes that name the network. Every v1 message starts with them: easy to spot, easy to block.',
    },
    typeField,
    {
      name: `${at}.length`,
      kind: 'length',
      length: LENGTH_BYTES,
      meaning: 'The length of the payload, for anyone to read.',
      ...(header && { value: header.length }),
    },
    {
      name: `${at}.checksum`,
      kind: 'checksum',
      length: CHECKSUM_BYTES,
      meaning: 'The first four bytes of the payload’s double SHA-256: it shows accidents, and stops nobody.',
      ...(header && { value: header.checksum }),
    },
    {
      name: `${at}.contents`,
      kind: 'contents',
      length: header?.length ?? 0,
      meaning: 'The payload, unencrypted.',
      ...(payload && { value: payload }),
    },
  ];
}
