import type { Derivation, PacketFacts, TraceEntry, TraceField } from '../../shared/bip324/trace.js';
import { keysAfter, type EpochKeys } from '../../shared/bip324/packet-at.js';
import { epochOf } from '../../shared/bip324/rekey.js';
import { packetDerivations, rekeyDerivations } from '../../shared/bip324/trace-derivations.js';
import { packetLayout } from '../../shared/bip324/trace-layout.js';
import { finder } from './find.js';
import { Latest } from './latest.js';
import { MAX_EPOCHS, MAX_KEPT, MAX_PACKET_BYTES } from './limits.js';
import type {
  DerivationView,
  Found,
  MessageRow,
  PacketDetail,
  PacketSecret,
  RekeyPlace,
  RekeySecret,
  Sizes,
  StreamRow,
  ValueView,
} from './protocol.js';

type Direction = TraceEntry['direction'];
type Keys = { readonly L: Uint8Array; readonly P: Uint8Array };

/** What is kept of a packet: enough to tell its part of the trace again. */
interface KeptPacket {
  readonly kind: 'packet';
  readonly name: string;
  readonly direction: Direction;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly contents: Uint8Array;
  readonly facts: Pick<PacketFacts, 'index' | 'role' | 'header' | 'nonce' | 'epoch' | 'aad'>;
  /** Of the contents, those before the payload; 0 for what is no message. */
  readonly typeBytes: number;
}

type Kept =
  | KeptPacket
  | {
      readonly kind: 'unread';
      readonly name: 'unread';
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly fields: readonly TraceField[];
    }
  | { readonly kind: 'rekey' };

const V1_HEADER_BYTES = 24;
/** Of a derivation's value: what a person can look at. All bytes of the packet are beside it. */
const SHOWN_BYTES = 128;

/** Every packet of the session, version packets and decoys included, and the rekeyings between them. */
export class PacketLog {
  readonly #kept = new Latest<Kept>({ entries: MAX_KEPT, bytes: MAX_PACKET_BYTES }, (kept) =>
    kept.kind === 'rekey' ? 0 : kept.bytes.length + (kept.kind === 'packet' ? kept.contents.length : 0),
  );
  /** The cipher keys of each epoch, as the trace told them: what derivations are told again from. */
  readonly #keys = new Map<string, Keys>();
  /** The number of the next packet of each direction. */
  readonly #next: Record<Direction, number> = { sent: 0, received: 0 };
  readonly #sizes: { -readonly [S in keyof Sizes]: number } = { v2: 0, v1: 0 };

  /** What the packets took so far, and what the same messages would have taken over v1. */
  get sizes(): Sizes {
    return { ...this.#sizes };
  }

  /** The first row whose bytes are still kept. */
  get keptFrom(): number {
    return this.#kept.first;
  }

  /** @param message its row among the messages, where it has one */
  add(entry: TraceEntry, at: number, message: MessageRow | undefined): StreamRow[] {
    if (entry.packet) return this.#addPacket(entry, entry.packet, at, message);
    // What a key or garbage was cut in belongs to the handshake.
    if (entry.step !== 'cut' || !entry.fields.some(({ kind }) => ofPackets.has(kind))) return [];
    const { direction, bytes, fields, offset } = entry;
    const index = this.#kept.end;
    this.#kept.push({ kind: 'unread', name: 'unread', offset, bytes, fields });
    return [{ kind: 'unread', index, at, direction, wireBytes: bytes.length, ...placeOf(fields) }];
  }

  #addPacket(
    entry: TraceEntry,
    facts: PacketFacts,
    at: number,
    message: MessageRow | undefined,
  ): StreamRow[] {
    const { direction, bytes, offset } = entry;
    const { role, header, index: packet, epoch } = facts;
    const contents = contentsOf(entry);
    if (packet % 224 === 0) this.#learnKeys(direction, epoch, entry.derivations);
    this.#next[direction] = packet + 1;
    const typeBytes = facts.message ? contents.length - facts.message.payload.length : 0;
    const index = this.#kept.end;
    const { type, id } = facts.message ?? {};
    const name = role === 'message' ? (type ?? 'unknown') : role === 'version' ? 'version packet' : role;
    const { nonce, aad } = facts;
    this.#kept.push({
      kind: 'packet',
      name,
      direction,
      offset,
      bytes,
      contents,
      typeBytes,
      facts: { index: packet, role, header, nonce, epoch, aad },
    });
    this.#sizes.v2 += bytes.length;
    if (role === 'message') this.#sizes.v1 += V1_HEADER_BYTES + contents.length - typeBytes;
    const rows: StreamRow[] = [
      {
        kind: 'packet',
        index,
        at,
        direction,
        packet,
        role: message?.role === 'unknown' ? 'unknown' : role,
        type,
        header,
        wireBytes: bytes.length,
        payloadBytes: contents.length - typeBytes,
        encryptedLength: bytes[0]! * 0x10000 + bytes[1]! * 0x100 + bytes[2]!,
        tagStart: new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 16).getUint32(0),
        ...(id !== undefined && { id }),
        ...(message && { message: message.index }),
      },
    ];
    if (facts.rekeyed) {
      rows.push({ kind: 'rekey', index: index + 1, at, direction, epoch });
      this.#kept.push({ kind: 'rekey' });
    }
    return rows;
  }

  #learnKeys(direction: Direction, epoch: number, [length, aead]: readonly Derivation[]): void {
    const [L, P] = [length?.inputs[0]?.reveal(), aead?.inputs[0]?.reveal()];
    if (L === undefined || P === undefined) return;
    this.#keys.set(`${direction}.${epoch}`, { L, P });
    this.#keys.delete(`${direction}.${epoch - MAX_EPOCHS}`);
  }

  open(row: number): PacketDetail | undefined {
    const kept = this.#kept.at(row);
    if (kept === undefined || kept.kind === 'rekey') return undefined;
    const { offset, bytes } = kept;
    const sameSize = this.#sameSize(bytes.length);
    if (kept.kind === 'unread')
      return { kind: 'unread', offset, bytes: bytes.slice(), fields: kept.fields, sameSize };
    const { contents, facts, typeBytes } = kept;
    return {
      kind: 'packet',
      offset,
      bytes: bytes.slice(),
      fields: fieldsOf(kept),
      contents: contents.slice(),
      typeBytes,
      nonce: facts.nonce,
      aad: facts.aad,
      derivations: this.#derivationsOf(kept).map(viewOf),
      sameSize,
    };
  }

  rekeying({ direction, epoch }: RekeyPlace): DerivationView[] {
    return this.#rekeyingsOf({ direction, epoch }).map(viewOf);
  }

  secret(secret: PacketSecret | RekeySecret): Uint8Array | undefined {
    const { derivation, side, index } = secret;
    return this.#derivations(secret)[derivation]?.[side][index]?.reveal();
  }

  #derivations(secret: PacketSecret | RekeySecret): Derivation[] {
    if ('rekey' in secret) return this.#rekeyingsOf(secret.rekey);
    const kept = this.#kept.at(secret.packet);
    return kept?.kind === 'packet' ? this.#derivationsOf(kept) : [];
  }

  /** Which rows from `from` on hold these bytes: on the wire, or decrypted. */
  find(hex: string, from: number): Found {
    return finder(this.#kept, hex, from, (kept) =>
      kept.kind === 'packet' ? [kept.bytes, kept.contents] : kept.kind === 'unread' ? [kept.bytes] : [],
    );
  }

  /** As the transport's tracer told them: by the same function, from the same values. */
  #derivationsOf({ bytes, contents, direction, facts }: KeptPacket): Derivation[] {
    return packetDerivations(bytes, { ...facts, contents }, this.#keysOf(direction, facts.epoch));
  }

  #rekeyingsOf({ direction, epoch }: RekeyPlace): Derivation[] {
    return rekeyDerivations(epoch, this.#keysOf(direction, epoch));
  }

  #keysOf(direction: Direction, epoch: number): { L: Uint8Array; P: Uint8Array } | undefined {
    const keys = this.#keys.get(`${direction}.${epoch}`);
    return keys && { L: keys.L.slice(), P: keys.P.slice() };
  }

  /** What the next packet of a direction is to be encrypted with; undefined where no keys are known. */
  next(direction: Direction): { index: number; keys: EpochKeys } | undefined {
    const index = this.#next[direction];
    const epoch = epochOf(index);
    const known = this.#keysOf(direction, epoch);
    if (known) return { index, keys: known };
    // Its epoch begins with it: the trace tells of the keys when it is sent.
    const before = this.#keysOf(direction, epoch - 1);
    return before && { index, keys: keysAfter(before, epoch - 1) };
  }

  #sameSize(size: number): PacketDetail['sameSize'] {
    const counts = new Map<string, number>();
    for (let index = this.#kept.first; index < this.#kept.end; index++) {
      const kept = this.#kept.at(index)!;
      if (kept.kind === 'rekey' || kept.bytes.length !== size) continue;
      counts.set(kept.name, (counts.get(kept.name) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a);
  }
}

const ofPackets: ReadonlySet<TraceField['kind']> = new Set(['length', 'header', 'contents', 'tag', 'unread']);

/** Which packet the stream ended in. */
function placeOf(fields: readonly TraceField[]): { packet?: number } {
  const packet = /\.packet-(\d+)\./.exec(fields[0]?.id ?? '')?.[1];
  return packet === undefined ? {} : { packet: Number(packet) };
}

function contentsOf({ fields }: TraceEntry): Uint8Array {
  const contents = fields.find((field) => field.kind === 'contents')?.value;
  return contents instanceof Uint8Array ? contents : new Uint8Array();
}

/** As the tracer lays them; the contents cross by themselves. */
function fieldsOf({ direction, offset, facts, contents }: KeptPacket): TraceField[] {
  let start = offset;
  const fields: TraceField[] = [];
  for (const { name, kind, length, meaning, value } of packetLayout({ ...facts, contents })) {
    const end = start + length;
    if (length > 0)
      fields.push({
        id: `${direction}.${name}`,
        kind,
        start,
        end,
        meaning,
        secret: false,
        ...(typeof value === 'number' && { value }),
      });
    start = end;
  }
  return fields;
}

/** Plain data, as steps become in the crossing, and no more of it than is shown. */
function viewOf({ id, source, inputs, outputs }: Derivation): DerivationView {
  const cut = ({ name, secret, value, length }: ValueView): ValueView => ({
    name,
    secret,
    ...(value !== undefined && { value: value instanceof Uint8Array ? value.slice(0, SHOWN_BYTES) : value }),
    ...(length !== undefined && { length }),
  });
  return { id, source, inputs: inputs.map(cut), outputs: outputs.map(cut) };
}
