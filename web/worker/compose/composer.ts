import { toHex } from '../../../shared/bytes.js';
import { decodeMessage, draftOf, type DecodedType } from '../../../shared/messages/index.js';
import { networks, type Network } from '../../../shared/networks.js';
import { decodeLeniently } from '../../../shared/peer/lenient.js';
import { OpenedMessage } from '../opened.js';
import type { MessageRow } from '../protocol.js';
import { build, problemOf, type Built } from './build.js';
import { Follower } from './follow.js';
import { foresee } from './foresee.js';
import { v1Preview, v2Preview, type Next } from './preview.js';
import type { Composed, ComposeQuestion, Copied, NoPacket, Previewed, Sending } from './protocol.js';

/** The session that a message is composed for, live or recorded. */
export interface Composing {
  readonly protocol: 'v1' | 'v2';
  readonly network: Network;
  /** The payload of a row of the log, as long as it is kept. */
  payload(message: number): Uint8Array | undefined;
  /** What it takes to send; or why nothing can be sent now. */
  readonly wire: Wire | NoPacket;
}

export interface Wire {
  readonly services: bigint | undefined;
  /** What the next packet is encrypted with; undefined over v1. */
  next(): Next | undefined;
  send(built: Built): void;
  /** Calls `see` for every message from now on, as it is logged. */
  watch(see: (row: MessageRow, payload: Uint8Array) => void): void;
  /** On the clock of the rows. */
  now(): number;
}

/** Beyond it a form has more fields than a person can fill. */
const MAX_FORM_BYTES = 100_000;
/** Beyond it the hex is more than a text field can bear. */
const MAX_HEX_BYTES = 500_000;

/** Answers what Compose asks. Without a session it builds, and says what a node would do. */
export class Composer {
  readonly #session: Composing | undefined;
  #follower: Follower | undefined;
  /** Whether what is logged now is what was sent from here, and its row. */
  #sending: { row?: MessageRow } | undefined;
  #opened: OpenedMessage | undefined;
  #previews = 0;

  constructor(session: Composing | undefined) {
    this.#session = session;
  }

  answer(question: ComposeQuestion, signal: AbortSignal): unknown {
    switch (question.about) {
      case 'composePreview':
        return this.#preview(question.composed);
      case 'composeFields':
        return this.#openedAs(question.preview)?.page(question.path, question.from);
      case 'composeFieldAt':
        return this.#openedAs(question.preview)?.fieldAt(question.offset);
      case 'composeSend':
        return this.#send(question.composed, question.knowing);
      case 'composeOutcome':
        return this.#follower?.outcome(question.message, question.version, signal);
      case 'composeFrom':
        return this.#copy(question);
    }
  }

  get #protocol(): 'v1' | 'v2' {
    return this.#session?.protocol ?? 'v2';
  }

  get #wire(): Wire | NoPacket {
    return this.#session?.wire ?? 'no-session';
  }

  get #known() {
    const wire = this.#wire;
    return {
      network: this.#session?.network ?? networks.regtest,
      services: typeof wire === 'string' ? undefined : wire.services,
    };
  }

  #openedAs(preview: number): OpenedMessage | undefined {
    return this.#opened?.index === preview ? this.#opened : undefined;
  }

  #preview(composed: Composed): Previewed {
    const built = this.#built(composed);
    if ('problem' in built) return built;
    const type = built.kind === 'decoy' ? undefined : built.type;
    const payload = built.kind === 'decoy' ? new Uint8Array() : built.payload;
    const opened = new OpenedMessage(++this.#previews, type, payload);
    this.#opened = opened;
    const { fields } = opened.detail();
    const read = type === undefined ? undefined : decodeLeniently(type, payload);
    const wire = this.#wire;
    const protocol = this.#protocol;
    return {
      ok: true,
      preview: {
        number: this.#previews,
        payload,
        fields,
        ...(read?.kind === 'malformed' && { malformed: read.error.message }),
        protocol,
        packet:
          protocol === 'v1' && built.kind === 'message'
            ? v1Preview(built, this.#known.network)
            : v2Preview(built, typeof wire === 'string' ? wire : (wire.next() ?? 'not-ready')),
        foresight: foresee(built, this.#known),
      },
    };
  }

  #built(composed: Composed): Built | (Previewed & { ok: false }) {
    try {
      return build(composed, this.#protocol);
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  #send(composed: Composed, knowing: boolean): Sending {
    const wire = this.#wire;
    if (typeof wire === 'string') return { ok: false, missing: wire };
    const built = this.#built(composed);
    if ('problem' in built) return built;
    const foresight = foresee(built, this.#known);
    if (foresight.effect === 'disconnects' && !knowing) return { ok: false, ends: foresight };
    if (this.#follower === undefined) {
      const follower = (this.#follower = new Follower(this.#known.network, () => wire.now()));
      wire.watch((row, payload) => {
        const ours = row.direction === 'sent' ? this.#sending : undefined;
        if (ours) ours.row ??= row;
        follower.see(row, payload, ours?.row === row);
      });
    }
    const sending: { row?: MessageRow } = (this.#sending = {});
    try {
      wire.send(built);
    } finally {
      this.#sending = undefined;
    }
    // The session may have met its end further on in the same read.
    if (sending.row === undefined) return { ok: false, missing: 'over' };
    return { ok: true, message: sending.row.index, at: sending.row.at, foresight };
  }

  #copy({ message, type, id }: ComposeQuestion & { about: 'composeFrom' }): Copied {
    const payload = this.#session?.payload(message);
    if (payload === undefined) return { cannot: 'gone' };
    const small = payload.length <= MAX_FORM_BYTES;
    const read = type !== undefined && small ? decodeMessage(type, payload) : undefined;
    if (read?.kind === 'decoded')
      return {
        composed: {
          kind: 'form',
          type: read.type,
          form: 'short',
          draft: draftOf<DecodedType>(read.type, read.value),
        },
      };
    if (payload.length > MAX_HEX_BYTES) return { cannot: 'too-large' };
    const hex = toHex(payload);
    if (type !== undefined) return { composed: { kind: 'raw', type, form: 'short', payload: hex } };
    return id === undefined
      ? { cannot: 'not-a-message' }
      : { composed: { kind: 'id', id: String(id), payload: hex } };
  }
}
