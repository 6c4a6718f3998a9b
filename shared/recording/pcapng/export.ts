import type { PacketFacts } from '../../bip324/trace.js';
import { concatBytes } from '../../bytes.js';
import { networks, type NetworkName } from '../../networks.js';
import { encodeHeader } from '../../v1/header.js';
import { faults, nowhere, RecordingFailure } from '../errors.js';
import { parseIsoTime } from '../iso-time.js';
import { observed } from '../observed.js';
import { Replayer } from '../replay.js';
import type { Direction, Recording, RecordedItem, SessionEvent } from '../types.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from './blocks.js';
import { other, TcpConversation, type Endpoint, type Whose } from './tcp.js';

export interface PcapngOptions {
  /**
   * 'encrypted': the stream as it was. 'decrypted': each message in v1 framing, with the network's magic, as if the
   * session had been v1's; decoys and the transport's version packets are left out, and a comment on the next frame
   * of that direction says so.
   */
  readonly contents: 'encrypted' | 'decrypted';
}

/** From the blocks that are set aside for documentation (RFC 5737); locally administered MACs. */
const CLIENT = { address: Uint8Array.of(192, 0, 2, 1), mac: Uint8Array.of(2, 0, 0, 0, 0, 1), port: 50_324 };
const SERVER = { address: Uint8Array.of(192, 0, 2, 2), mac: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const PIECE_BYTES = 1 << 16;

/**
 * A recording as a capture for Wireshark: a TCP connection between two invented addresses, with the recording's times.
 * @returns the file in pieces of some 64 KiB, made as they are asked for
 * @throws {RecordingFailure} 'keys-missing' or 'keys-do-not-fit' for decrypted contents, at once
 */
export function toPcapng(recording: Recording, { contents }: PcapngOptions): Generator<Uint8Array> {
  const { header } = recording;
  if (contents === 'encrypted' || header.protocol === 'v1') {
    const items = header.protocol === 'v1' ? recording.items : observed(recording.items);
    return pieces(capture(recording, contents, items.flatMap(asCarried)));
  }
  const replayer = new Replayer(recording, { secrets: 'omit' });
  if (replayer.readsWith === 'nothing')
    throw new RecordingFailure(
      replayer.problem ?? nowhere(faults.keysMissing('the capture of decrypted messages')),
    );
  return pieces(capture(recording, contents, decrypted(replayer)));
}

/** What a capture shows: bytes that one side sends, or the end. */
type Carried =
  | {
      readonly at: number;
      readonly direction: Direction;
      readonly bytes: Uint8Array;
      readonly comment?: string;
    }
  | { readonly at: number; readonly end: SessionEvent & { type: 'end' } };

function asCarried(item: RecordedItem): Carried[] {
  if (item.kind === 'chunk') return [{ at: item.at, direction: item.direction, bytes: item.bytes }];
  if (item.kind === 'event' && item.event.type === 'end') return [{ at: item.at, end: item.event }];
  return [];
}

function* decrypted(replayer: Replayer): Generator<Carried> {
  const network = networks[replayer.recording.header.network];
  const leftOut: { [D in Direction]: string[] } = { sent: [], received: [] };
  for (let step = replayer.next(); step !== undefined; step = replayer.next()) {
    if (step.kind === 'event' && step.event.type === 'end') yield { at: step.at, end: step.event };
    if (step.kind !== 'v2') continue;
    const { direction, packet } = step.entry;
    if (packet === undefined) continue;
    if (packet.message === undefined) {
      leftOut[direction].push(nameOf(packet));
      continue;
    }
    const { payload } = packet.message;
    const { type, remark } = typeOf(packet.message);
    const comments = [...leftOut[direction].map((what) => `Left out before this: ${what}.`), ...remark];
    leftOut[direction] = [];
    yield {
      at: step.at,
      direction,
      bytes: concatBytes(encodeHeader(network, type, payload), payload),
      ...(comments.length > 0 && { comment: comments.slice(0, MAX_COMMENTS).join(' ') }),
    };
  }
}

/** A comment has at most 65,535 bytes. */
const MAX_COMMENTS = 500;

function nameOf({ role, index }: PacketFacts): string {
  return role === 'decoy' ? `a decoy, packet ${index}` : `the transport’s version packet, packet ${index}`;
}

/** v1 has no short ids; what has no name gets one. */
function typeOf({ type, id }: NonNullable<PacketFacts['message']>): { type: string; remark: string[] } {
  if (type !== undefined) return { type, remark: [] };
  if (id !== undefined)
    return {
      type: `id-${id}`,
      remark: [`The short id ${id} stands for no known type: the name is made up.`],
    };
  return { type: 'malformed', remark: ['The packet has no valid message type: the name is made up.'] };
}

function* capture(
  { header }: Recording,
  contents: PcapngOptions['contents'],
  carried: Iterable<Carried>,
): Generator<Uint8Array> {
  const { software, role, network, protocol, startedAt } = header;
  yield sectionHeader(
    `${software.name} ${software.version}`,
    `A Bitcoin ${protocol} session on ${networks[network].label}, ${contents}, from a recording of Peerglass. ` +
      'The bytes of the stream and the times are real; Ethernet, IP and TCP around them are made up, addresses and ports included. ' +
      wiresharkHint(network, protocol === 'v1' ? 'decrypted' : contents),
  );
  yield interfaceDescription();
  const server: Endpoint = { ...SERVER, port: networks[network].port };
  const tcp = new TcpConversation(CLIENT, server);
  const startUs = (parseIsoTime(startedAt) ?? 0) * 1000;
  const timeOf = (at: number) => Math.round(startUs + at * 1000);
  const ours: Whose = role === 'initiator' ? 'client' : 'server';

  for (const frame of tcp.open()) yield enhancedPacket(frame, timeOf(0));
  let unacknowledged: Whose | undefined;
  for (const piece of carried) {
    const at = timeOf(piece.at);
    if ('end' in piece) {
      for (const frame of tcp.close(piece.end.by === 'peer' ? other(ours) : ours))
        yield enhancedPacket(frame, at);
      return;
    }
    const from = piece.direction === 'sent' ? ours : other(ours);
    // Two in a row: the first is acknowledged on its own, else by what the other side says.
    if (unacknowledged === from) yield enhancedPacket(tcp.acknowledge(other(from)), at);
    unacknowledged = from;
    let { comment } = piece;
    for (const frame of tcp.data(from, piece.bytes)) {
      yield enhancedPacket(frame, at, comment);
      comment = undefined;
    }
  }
}

/** Networks whose messages a stock Wireshark (4.0) recognises by their magic, on any port. */
const RECOGNISED: readonly NetworkName[] = ['main', 'testnet3', 'regtest'];

/** Of the settled types, those whose fields a stock Wireshark (4.0) does not know. */
const NOT_DISSECTED = [
  ...['wtxidrelay', 'sendaddrv2', 'sendtxrcncl', 'sendheaders', 'sendcmpct', 'feefilter', 'addrv2'],
  ...['cmpctblock', 'getblocktxn', 'blocktxn'],
  ...['getcfilters', 'cfilter', 'getcfheaders', 'cfheaders', 'getcfcheckpt', 'cfcheckpt'],
];

/** What to do so that Wireshark shows what is in the capture. For people. */
export function wiresharkHint(network: NetworkName, contents: PcapngOptions['contents']): string {
  const { label, port } = networks[network];
  if (contents === 'encrypted')
    return 'Wireshark shows an encrypted stream: it has no dissector for BIP324, and without the keys nobody has.';
  const limits =
    `It knows no witnesses: transactions that have some look malformed to it. Types newer than its dissector it names and leaves whole, ` +
    `as “[unknown command]”: ${NOT_DISSECTED.join(', ')}, and all that are only proposed.`;
  if (RECOGNISED.includes(network)) return `Wireshark recognises messages of ${label} by itself. ${limits}`;
  return (
    `Wireshark does not know the magic of ${label}. Choose Analyze, Decode As…, and for TCP port ${port} choose Bitcoin; ` +
    `or run tshark -d tcp.port==${port},bitcoin. ${limits}`
  );
}

function* pieces(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for (const block of blocks) {
    held.push(block);
    length += block.length;
    if (length < PIECE_BYTES) continue;
    yield concatBytes(...held);
    held = [];
    length = 0;
  }
  if (length > 0) yield concatBytes(...held);
}
