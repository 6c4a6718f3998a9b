/** A TCP connection as frames on an Ethernet that never was: RFC 9293 over IPv4, nothing lost, nothing repeated. */
import { concatBytes } from '../../bytes.js';

/** What Ethernet leaves of its 1500 bytes after the headers of IPv4 and TCP. */
export const MAX_SEGMENT_BYTES = 1460;

const FLAGS = { fin: 0x01, syn: 0x02, psh: 0x08, ack: 0x10 } as const;
/** 65,535 × 2¹⁰ bytes: nothing here ever fills it. */
const WINDOW = 65_535;
const WINDOW_SHIFT = 10;
/** MSS, a no-operation, window scale. */
const SYN_OPTIONS = Uint8Array.of(
  2,
  4,
  MAX_SEGMENT_BYTES >> 8,
  MAX_SEGMENT_BYTES & 0xff,
  1,
  3,
  3,
  WINDOW_SHIFT,
);
const NOTHING = new Uint8Array(0);

export interface Endpoint {
  /** 4 bytes */
  readonly address: Uint8Array;
  readonly port: number;
  /** 6 bytes */
  readonly mac: Uint8Array;
}

interface Side {
  readonly endpoint: Endpoint;
  /** The next byte that it sends. */
  sequence: number;
  /** Counts its IP packets. */
  identification: number;
}

export type Whose = 'client' | 'server';

export class TcpConversation {
  readonly #sides: { readonly [W in Whose]: Side };

  constructor(client: Endpoint, server: Endpoint) {
    // Where a side's numbers start means nothing; tools show them relative to it.
    this.#sides = {
      client: { endpoint: client, sequence: 0x10000000, identification: 1 },
      server: { endpoint: server, sequence: 0x20000000, identification: 1 },
    };
  }

  /** The three-way handshake. */
  *open(): Generator<Uint8Array> {
    yield this.#frame('client', FLAGS.syn, NOTHING, SYN_OPTIONS);
    yield this.#frame('server', FLAGS.syn | FLAGS.ack, NOTHING, SYN_OPTIONS);
    yield this.acknowledge('client');
  }

  /** Data in segments, the last one pushed. */
  *data(from: Whose, bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += MAX_SEGMENT_BYTES) {
      const last = at + MAX_SEGMENT_BYTES >= bytes.length;
      const flags = FLAGS.ack | (last ? FLAGS.psh : 0);
      yield this.#frame(from, flags, bytes.subarray(at, at + MAX_SEGMENT_BYTES));
    }
  }

  acknowledge(from: Whose): Uint8Array {
    return this.#frame(from, FLAGS.ack, NOTHING);
  }

  /** Both ends say that they are done, the one that closes first. */
  *close(first: Whose): Generator<Uint8Array> {
    const second = other(first);
    yield this.#frame(first, FLAGS.fin | FLAGS.ack, NOTHING);
    yield this.#frame(second, FLAGS.fin | FLAGS.ack, NOTHING);
    yield this.acknowledge(first);
  }

  #frame(from: Whose, flags: number, data: Uint8Array, options = NOTHING): Uint8Array {
    const [source, target] = [this.#sides[from], this.#sides[other(from)]];
    const segment = tcpSegment(source, target, flags, data, options);
    // SYN and FIN count as a byte each.
    const counted = (flags & (FLAGS.syn | FLAGS.fin)) === 0 ? 0 : 1;
    source.sequence = (source.sequence + data.length + counted) % 2 ** 32;
    const packet = ipPacket(source, target, segment);
    return concatBytes(target.endpoint.mac, source.endpoint.mac, Uint8Array.of(0x08, 0x00), packet);
  }
}

export function other(whose: Whose): Whose {
  return whose === 'client' ? 'server' : 'client';
}

function tcpSegment(
  source: Side,
  target: Side,
  flags: number,
  data: Uint8Array,
  options: Uint8Array,
): Uint8Array {
  const headerLength = 20 + options.length;
  const segment = new Uint8Array(headerLength + data.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, source.endpoint.port);
  view.setUint16(2, target.endpoint.port);
  view.setUint32(4, source.sequence);
  if ((flags & FLAGS.ack) !== 0) view.setUint32(8, target.sequence);
  segment[12] = (headerLength / 4) << 4;
  segment[13] = flags;
  view.setUint16(14, WINDOW);
  segment.set(options, 20);
  segment.set(data, headerLength);
  const pseudoHeader = new Uint8Array(12);
  pseudoHeader.set(source.endpoint.address, 0);
  pseudoHeader.set(target.endpoint.address, 4);
  pseudoHeader[9] = TCP;
  new DataView(pseudoHeader.buffer).setUint16(10, segment.length);
  view.setUint16(16, checksum(pseudoHeader, segment));
  return segment;
}

const TCP = 6;

function ipPacket(source: Side, target: Side, segment: Uint8Array): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  header[0] = 0x45; // version 4, five words
  view.setUint16(2, header.length + segment.length);
  view.setUint16(4, source.identification++ % 2 ** 16);
  view.setUint16(6, 0x4000); // do not fragment
  header[8] = 64; // hops left
  header[9] = TCP;
  header.set(source.endpoint.address, 12);
  header.set(target.endpoint.address, 16);
  view.setUint16(10, checksum(header));
  return concatBytes(header, segment);
}

/** RFC 1071: the complement of the one's-complement sum of 16-bit words. @param parts all but the last of even length */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += (part[i]! << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
