/**
 * What the page and its worker say to each other. Types only: the page imports them, and nothing of the worker runs
 * in the page. Key material stays in the worker; a secret value crosses once, when a person asks for that one value.
 */
import type { Derivation, TraceEntry, TraceField, TraceValue } from '../../shared/bip324/trace.js';
import type { States } from '../../shared/bip324/states.js';
import type {
  OpeningFacts,
  Pace,
  RecorderFacts,
  RecordingFacts,
  RecordingSource,
  RefusedFile,
  SaveAs,
  Saved,
} from './recordings.js';
import type { ComposeQuestions } from './compose/protocol.js';
import type { AnswerTo, Unheard } from './replies.js';
import type { EngineName } from '../../shared/engine/engine.js';
import type { NetworkName } from '../../shared/networks.js';
import type { NodeFacts, NodeQuestions } from './node/protocol.js';
import type { ChainFacts, ExploreQuestions } from './explore/protocol.js';

export type ConnectionState =
  'idle' | 'connecting' | 'handshaking' | 'negotiating' | 'ready' | 'closed' | 'failed';

/** v1 is chosen by a person, after v2 failed, and by nothing else. */
export type Protocol = 'v1' | 'v2';

/** The whole of what a person chose. */
export interface Target {
  /** A host name, an IPv4 or IPv6 address without brackets, or 'demo'. */
  readonly host: string;
  readonly port: number;
  readonly network: NetworkName;
  /** The bridge's origin: 'ws://127.0.0.1:8324'. */
  readonly bridge: string;
  readonly protocol: Protocol;
}

export type ToWorker =
  /** The first of all: what the page's address says after `engine=`. Connections wait for it; a recording does not. */
  | { readonly type: 'engine'; readonly asked: string | undefined }
  /** Opens a connection, beside those that are open. Later messages name it by this number. */
  | { readonly type: 'open'; readonly connection: number; readonly target: Target }
  /** What a person typed for this bridge: kept by the worker alone, for as long as the tab lives. */
  | { readonly type: 'access'; readonly bridge: string; readonly key: string }
  /** Reads a recording and, if it is good, replays it. */
  | {
      readonly type: 'replay';
      readonly connection: number;
      readonly recording: RecordingSource;
      readonly pace: Pace;
    }
  /** Of the recording that is read. */
  | { readonly type: 'cancel' }
  /** The page has applied one more update of it: the worker reads on only while it keeps up. */
  | { readonly type: 'taken'; readonly connection: number }
  | { readonly type: 'pace'; readonly connection: number; readonly pace: Pace }
  | { readonly type: 'close'; readonly connection: number }
  /** Closes it where it is open, and keeps nothing of it. */
  | { readonly type: 'forget'; readonly connection: number }
  | {
      readonly type: 'ask';
      readonly connection: number;
      readonly request: number;
      readonly question: Question;
    }
  /** Nobody waits for that answer any more. */
  | { readonly type: 'abandon'; readonly request: number };

export type FromWorker =
  /** Its script has run. */
  | { readonly type: 'loaded' }
  | { readonly type: 'engine'; readonly engine: EngineFacts }
  | { readonly type: 'opening'; readonly opening: OpeningFacts | undefined }
  | { readonly type: 'refused'; readonly refused: RefusedFile }
  /** The recording is good, and updates of it follow. */
  | { readonly type: 'shown'; readonly connection: number }
  | { readonly type: 'update'; readonly connection: number; readonly update: Update }
  | { readonly type: 'answer'; readonly request: number; readonly answer: unknown };

/**
 * The engine that all sessions of the worker compute with, and why: it is the fastest; the page's address asks for it;
 * it is what remains where WebAssembly does not run; or the address asks for one that nobody knows.
 */
export type EngineFacts = { readonly name: EngineName } & (
  | { readonly choice: 'fastest' | 'asked' | 'fallback' }
  | { readonly choice: 'unknown'; readonly asked: string }
);

/** What the page may ask about its connection, and the answer; undefined for what is no longer kept. */
export interface Questions extends ComposeQuestions, NodeQuestions, ExploreQuestions {
  /** One secret value, because a person asked for it. */
  secret: { asks: { readonly secret: SecretRef }; answer: Uint8Array };
  message: { asks: { readonly message: number }; answer: MessageDetail };
  /** A page of the parts of one field. */
  fields: { asks: FieldPlace & { readonly message: number }; answer: FieldPage };
  /** The innermost field that holds a byte. */
  fieldAt: { asks: { readonly message: number; readonly offset: number }; answer: FieldPath };
  json: { asks: { readonly message: number }; answer: JsonText };
  /** These messages, by their rows, as a file of JSON Lines. */
  saveMessages: {
    asks: { readonly messages: readonly number[]; readonly startedAt: number };
    answer: SavedMessages;
  };
  /** The session so far, as a file. */
  save: { asks: { readonly as: SaveAs }; answer: Saved };
  /** Which messages from this one on hold these bytes, as they are or in the reverse order of a shown hash. */
  find: { asks: { readonly hex: string; readonly from: number }; answer: Found };
  /** The same, of the rows of the stream: on the wire, or decrypted. */
  findPackets: { asks: { readonly hex: string; readonly from: number }; answer: Found };
  /** By its row in the stream. */
  packet: { asks: { readonly packet: number }; answer: PacketDetail };
  rekeying: { asks: { readonly rekey: RekeyPlace }; answer: readonly DerivationView[] };
}

export type Question = {
  [Q in keyof Questions]: { readonly about: Q } & Questions[Q]['asks'];
}[keyof Questions];

/** Where a secret value stands in the trace: in a step of the handshake, a packet or a rekeying. */
export type SecretRef = StepSecret | PacketSecret | RekeySecret;

/** One value of one derivation. */
export interface ValuePlace {
  readonly derivation: number;
  readonly side: 'inputs' | 'outputs';
  readonly index: number;
}

export interface StepSecret extends ValuePlace {
  readonly step: number;
}

export interface PacketSecret extends ValuePlace {
  /** Its row in the stream. */
  readonly packet: number;
}

export interface RekeySecret extends ValuePlace {
  readonly rekey: RekeyPlace;
}

/** After the last packet of `epoch`. */
export interface RekeyPlace {
  readonly direction: 'sent' | 'received';
  readonly epoch: number;
}

/** What changed since the last update, of one connection; at most about 30 a second. */
export interface Update {
  readonly states?: readonly StateMark[];
  readonly steps?: readonly StepView[];
  readonly messages?: readonly MessageRow[];
  /** Of earlier rows, or of these. */
  readonly unheard?: readonly Unheard[];
  /** The first message whose payload the worker still keeps. */
  readonly payloadsFrom?: number;
  readonly stream?: readonly StreamRow[];
  /** The first row of the stream whose bytes the worker still keeps. */
  readonly keptFrom?: number;
  readonly sizes?: Sizes;
  readonly greetings?: readonly Greeting[];
  readonly machines?: States;
  readonly sessionId?: string;
  readonly engine?: EngineName;
  readonly bridge?: BridgeFacts;
  readonly peer?: PeerFacts;
  readonly node?: NodeFacts;
  readonly traffic?: Traffic;
  readonly failure?: Failure;
  readonly recording?: RecordingFacts;
  readonly recorder?: RecorderFacts;
  readonly chain?: ChainFacts;
}

/** Times are milliseconds since the connection was asked for. */
export interface StateMark {
  readonly state: ConnectionState;
  readonly at: number;
}

export interface BridgeFacts {
  /** The address that the bridge dialled, with its port. */
  readonly address: string;
  readonly connectMs: number;
}

export interface PeerFacts {
  readonly userAgent: string;
  readonly version: number;
  readonly services: readonly string[];
  readonly height: number;
}

/** Bytes on the wire, and packets, each way. */
export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

/**
 * One entry of the handshake's trace, up to both version packets, as it comes out of the structured clone that
 * postMessage makes: plain data, without what only `TraceValue.reveal` reaches.
 */
export interface StepView extends Omit<TraceEntry, 'derivations'> {
  readonly index: number;
  readonly at: number;
  readonly derivations: readonly DerivationView[];
}

export interface DerivationView extends Pick<Derivation, 'id' | 'source'> {
  readonly inputs: readonly ValueView[];
  readonly outputs: readonly ValueView[];
}

/** A `TraceValue` after the crossing: what it keeps secret stays behind. */
export type ValueView = Pick<TraceValue, 'name' | 'secret' | 'value' | 'length'>;

/** The first message of a direction over v1, which has no handshake: what everyone on the way can read. */
export interface Greeting {
  readonly direction: 'sent' | 'received';
  readonly at: number;
  /** Of the message, at most the first 8 KiB. */
  readonly bytes: Uint8Array;
  readonly fields: readonly TraceField[];
}

export interface MessageRow {
  /** Counts from 0, both directions together, decoys included. */
  readonly index: number;
  readonly at: number;
  readonly direction: 'sent' | 'received';
  /** A message of a type that nobody knows has no name. */
  readonly type: string | undefined;
  /**
   * 'unknown': of a type that no registry has; 'dropped': a v1 message with a wrong checksum; 'unread': what came
   * last and could not be opened.
   */
  readonly role: 'message' | 'unknown' | 'decoy' | 'dropped' | 'unread';
  readonly id?: number;
  /** The whole packet, in bytes. */
  readonly wireBytes: number;
  /** Of which this is the payload, or a decoy's contents. */
  readonly payloadBytes: number;
  readonly summary: string;
  readonly problem?: string;
  /** A request, whose answer is waited for. */
  readonly waits?: boolean;
  /** The requests that it answers: one, or several where a notfound is for several. */
  readonly answers?: readonly AnswerTo[];
}

/** What all packets took on the wire, in bytes, and what v1 would have taken for the messages among them. */
export interface Sizes {
  readonly v2: number;
  readonly v1: number;
}

/** A row of the stream. They count from 0, both directions together. */
export type StreamRow = PacketRow | RekeyRow | UnreadRow;

interface StreamPlace {
  readonly index: number;
  readonly at: number;
  readonly direction: 'sent' | 'received';
}

export interface PacketRow extends StreamPlace {
  readonly kind: 'packet';
  /** Counts from 0 in its direction; nonce, epoch and rekey counter follow from it. */
  readonly packet: number;
  /** 'unknown': a message of a type that no registry has. */
  readonly role: 'version' | 'decoy' | 'message' | 'unknown';
  readonly type: string | undefined;
  readonly id?: number;
  readonly header: number;
  readonly wireBytes: number;
  /** Of which this is the payload, or what a packet that is no message holds. */
  readonly payloadBytes: number;
  /** The three bytes as they were on the wire, as one number, the first byte highest. */
  readonly encryptedLength: number;
  /** The first four bytes of the tag, in the same way. */
  readonly tagStart: number;
  /** Its row among the messages. */
  readonly message?: number;
}

/** Both keys of a direction were replaced, after the 224th packet of `epoch`. */
export interface RekeyRow extends StreamPlace {
  readonly kind: 'rekey';
  readonly epoch: number;
}

/** What came last, or cannot be opened. */
export interface UnreadRow extends StreamPlace {
  readonly kind: 'unread';
  /** The packet that it would have been. */
  readonly packet?: number;
  readonly wireBytes: number;
}

/** A packet's bytes and what they say. */
export type PacketDetail = {
  /** Of `bytes` in its direction's stream: the fields' ranges count from there. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly fields: readonly TraceField[];
  /** What else of this session has the same size: names and how many. */
  readonly sameSize: readonly (readonly [name: string, count: number])[];
} & (
  | {
      readonly kind: 'packet';
      readonly contents: Uint8Array;
      /** Of the contents, those that say the type. */
      readonly typeBytes: number;
      /** 12 bytes. */
      readonly nonce: Uint8Array;
      readonly aad: Uint8Array;
      readonly derivations: readonly DerivationView[];
    }
  | { readonly kind: 'unread' }
);

export interface MessageDetail {
  readonly payload: Uint8Array;
  /** Its fields as they are shown at first; a page's parent is in a page before it. */
  readonly fields: readonly FieldPage[];
  /** What is known of its type. */
  readonly about?: {
    readonly purpose: string;
    readonly bip: number | undefined;
    readonly shortId: number | undefined;
    readonly status: 'settled' | 'proposed' | 'legacy';
  };
}

/** The position among its siblings of each field from the outermost to one; empty for the whole message. */
export type FieldIndexes = readonly number[];

export interface FieldPlace {
  readonly path: FieldIndexes;
  readonly from: number;
}

/** Some parts of the field at `path`, from the one at position `from` on. */
export interface FieldPage extends FieldPlace {
  /** How many parts it has in all. */
  readonly total: number;
  readonly fields: readonly MessageField[];
}

export interface FieldPath {
  readonly path: FieldIndexes;
  /** Each holds the next field of the path. */
  readonly pages: readonly FieldPage[];
}

/** Ranges are offsets in the payload, half-open. */
export interface MessageField {
  /** '[3]' for a list's entry. */
  readonly name: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** How many fields it consists of; 0 for a leaf. */
  readonly parts: number;
}

export interface SavedMessages {
  readonly blob: Blob;
  readonly name: string;
  readonly saved: number;
  /** Those that are not in it: whose payload is no longer kept, and those that came after the file was full. */
  readonly gone: number;
  readonly beyond: number;
}

export type JsonText = { readonly text: string } | { readonly tooLarge: true };

/** Indexes of rows. */
export interface Found {
  readonly found: readonly number[];
  /** Where to go on: everything before it was searched. */
  readonly next: number;
}

export type FailureCode =
  | 'bad-address'
  | 'no-bridge'
  | 'refused'
  | 'unreachable'
  | 'limit'
  | 'shutting-down'
  | 'bridge-ended'
  | 'v1-only'
  | 'http'
  | 'other-network'
  | 'silent'
  | 'tampered'
  | 'peer'
  | 'internal';

/** Why a connection ended, for a person: what happened, what to do next, what was seen on the wire. */
export interface Failure {
  readonly code: FailureCode;
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  /** A command that a person can run to get further. */
  readonly command?: string;
  /** Facts, one a line: "received 47 bytes: 48 54 54 50 …". */
  readonly seen: readonly string[];
  /** The name that the code uses for what happened. */
  readonly cause: string;
  /**
   * `retry-with-v1`: only where the node closed after our first bytes and sent none, as a v1 node does. `access-key`:
   * the bridge asks for one.
   */
  readonly offer?: 'retry-with-v1' | 'access-key';
}
