/** A recorded v1 session: both streams through the transport's own parser, which traces them. */
import type { TraceEntry, TraceField, TraceObserver } from '../bip324/trace.js';
import { networks } from '../networks.js';
import type { V1States } from '../v1/states.js';
import { V1Transport } from '../v1/transport.js';
import type { Direction, RecordingHeader } from './types.js';

export class V1Replay {
  readonly #received: V1Transport;
  /** Reads what we sent as the peer did. */
  readonly #sent: V1Transport;
  readonly sessionId = undefined;
  readonly changed = undefined;
  readonly failure = undefined;

  constructor({ network, maxContents }: RecordingHeader, observer: TraceObserver<V1States>) {
    const common = { network: networks[network] };
    this.#received = V1Transport.initiator({ ...common, maxPayload: maxContents, observer });
    this.#sent = V1Transport.initiator({
      ...common,
      maxPayload: 2 ** 32 - 1,
      observer: { entry: (entry) => observer.entry(asSent(entry, this.#received.state)) },
    });
  }

  claimsEncryption(): void {}
  claimsPacket(): void {}

  chunk(direction: Direction, bytes: Uint8Array): void {
    (direction === 'sent' ? this.#sent : this.#received).receive(bytes);
  }

  /** The session ended here. */
  end(): void {
    this.#received.end();
    this.#sent.end();
  }

  /** The recording ended here. */
  stop(): void {
    this.end();
  }
}

/** What we send does not move our states. */
function asSent(entry: TraceEntry<V1States>, states: V1States): TraceEntry<V1States> {
  const sent = (field: TraceField): TraceField => ({ ...field, id: field.id.replace(/^received/, 'sent') });
  return { ...entry, direction: 'sent', fields: entry.fields.map(sent), before: states, after: states };
}
