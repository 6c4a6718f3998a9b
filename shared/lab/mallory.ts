/**
 * Mallory stands between Alice and Bob with keys of her own: towards Alice she plays Bob, towards Bob she plays
 * Alice. BIP324 encrypts, but knows nobody: both sides work, and only the session ids give her away.
 */
import { V2Transport, type Role, type TraceEntry, type V2Event } from '../bip324/index.js';
import { networks } from '../networks.js';
import { seededRandom } from './seed.js';
import { otherParty, parties, Side, type Party } from './side.js';

/** One of the two connections, named after who is at its honest end. */
export interface MalloryLink {
  /** 32 bytes: what both ends of this link compute. */
  readonly sessionId: Uint8Array;
  /** Mallory's, which she computes from her own keys. */
  readonly mallorySessionId: Uint8Array;
  /** 64 bytes each. */
  readonly key: Uint8Array;
  readonly malloryKey: Uint8Array;
}

/** A packet of one side, read by Mallory and sealed anew for the other. */
export interface RelayedPacket {
  readonly from: Party;
  readonly role: 'message' | 'decoy';
  /** The message's type; undefined for a decoy. */
  readonly message?: string | undefined;
  readonly payload: Uint8Array;
  /** The same contents on both links: other keys, other bytes. */
  readonly arrived: Uint8Array;
  readonly resealed: Uint8Array;
}

export interface MallorySession {
  readonly links: Readonly<Record<Party, MalloryLink>>;
  /** In the order in which Mallory read them. */
  readonly relayed: readonly RelayedPacket[];
  /** Whether each side has had its whole conversation, and noticed nothing. */
  readonly content: Readonly<Record<Party, boolean>>;
}

/** Mallory's end of a link. */
interface End {
  readonly transport: V2Transport;
  readonly trace: TraceEntry[];
}

const MALLORY_PLAYS: Readonly<Record<Party, Role>> = { alice: 'responder', bob: 'initiator' };

/** @param seed any bytes; the same seed gives the same session */
export function mallorySession(seed: Uint8Array): MallorySession {
  const sides = {
    alice: new Side('alice', seededRandom(seed, 'alice')),
    bob: new Side('bob', seededRandom(seed, 'bob')),
  };
  const ends = { alice: makeEnd('alice', seed), bob: makeEnd('bob', seed) };
  const relayed: Omit<RelayedPacket, 'resealed'>[] = [];

  const relay = (from: Party, event: V2Event, arrived: Uint8Array) => {
    const onward = ends[otherParty(from)].transport;
    if (event.type === 'message' && event.message !== undefined) {
      onward.send(event.message, event.payload);
      relayed.push({ from, role: 'message', message: event.message, payload: event.payload, arrived });
    } else if (event.type === 'decoy') {
      onward.sendDecoy(event.length);
      relayed.push({ from, role: 'decoy', payload: new Uint8Array(event.length), arrived });
    }
  };

  for (let moved = true; moved;) {
    moved = false;
    for (const party of parties) {
      const toMallory = sides[party].transport.takeOutput();
      const seen = ends[party].trace.length;
      const events = ends[party].transport.receive(toMallory);
      const packets = ends[party].trace.slice(seen).filter((entry) => packetOf('received', entry));
      for (const event of events) {
        if (event.type === 'message' || event.type === 'decoy') relay(party, event, packets.shift()!.bytes);
      }
      const fromMallory = ends[party].transport.takeOutput();
      sides[party].receive(fromMallory);
      if (toMallory.length + fromMallory.length > 0) moved = true;
    }
  }

  const resealed = {
    alice: ends.alice.trace.filter((entry) => packetOf('sent', entry)),
    bob: ends.bob.trace.filter((entry) => packetOf('sent', entry)),
  };
  return {
    links: { alice: linkOf(sides.alice, ends.alice), bob: linkOf(sides.bob, ends.bob) },
    relayed: relayed.map((packet) => ({
      ...packet,
      resealed: resealed[otherParty(packet.from)].shift()!.bytes,
    })),
    content: { alice: sides.alice.awaiting === 'nothing', bob: sides.bob.awaiting === 'nothing' },
  };
}

function makeEnd(party: Party, seed: Uint8Array): End {
  const trace: TraceEntry[] = [];
  const transport = V2Transport[MALLORY_PLAYS[party]]({
    network: networks.regtest,
    garbage: 0,
    random: seededRandom(seed, `mallory to ${party}`),
    observer: { entry: (entry) => void trace.push(entry) },
  });
  return { transport, trace };
}

function packetOf(direction: TraceEntry['direction'], entry: TraceEntry): boolean {
  return (
    entry.direction === direction && (entry.packet?.role === 'message' || entry.packet?.role === 'decoy')
  );
}

function linkOf(side: Side, end: End): MalloryLink {
  const keyOf = (direction: TraceEntry['direction']) =>
    end.trace.find((entry) => entry.step === 'key' && entry.direction === direction)!.bytes;
  return {
    sessionId: side.transport.sessionId!,
    mallorySessionId: end.transport.sessionId!,
    key: keyOf('received'),
    malloryKey: keyOf('sent'),
  };
}
