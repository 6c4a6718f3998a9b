/**
 * What the page and its worker say to each other. Types only: the page imports them, and nothing of the worker runs
 * in the page. Key material stays in the worker; a secret value crosses once, when a person asks for that one value.
 */
import type { Derivation, TraceEntry, TraceValue } from '../../shared/bip324/trace.js';
import type { States } from '../../shared/bip324/states.js';
import type { NetworkName } from '../../shared/networks.js';

export type ConnectionState =
  'idle' | 'connecting' | 'handshaking' | 'negotiating' | 'ready' | 'closed' | 'failed';

/** The whole of what a person chose. */
export interface Target {
  /** A host name, an IPv4 or IPv6 address without brackets, or 'demo'. */
  readonly host: string;
  readonly port: number;
  readonly network: NetworkName;
  /** The bridge's origin: 'ws://127.0.0.1:8324'. */
  readonly bridge: string;
}

export type ToWorker =
  /** Opens a connection; one that is still open is closed first. Later messages name it by this number. */
  | { readonly type: 'open'; readonly connection: number; readonly target: Target }
  | { readonly type: 'close'; readonly connection: number }
  | {
      readonly type: 'reveal';
      readonly connection: number;
      readonly request: number;
      readonly secret: SecretRef;
    }
  | {
      readonly type: 'detail';
      readonly connection: number;
      readonly request: number;
      readonly message: number;
    };

export type FromWorker =
  /** Its script has run. */
  | { readonly type: 'loaded' }
  | { readonly type: 'update'; readonly connection: number; readonly update: Update }
  | { readonly type: 'revealed'; readonly request: number; readonly bytes: Uint8Array | undefined }
  | { readonly type: 'detail'; readonly request: number; readonly detail: MessageDetail | undefined };

/** Where a secret value stands in the trace. */
export interface SecretRef {
  readonly step: number;
  readonly derivation: number;
  readonly side: 'inputs' | 'outputs';
  readonly index: number;
}

/** What changed since the last update, of one connection; at most about 30 a second. */
export interface Update {
  readonly states?: readonly StateMark[];
  readonly steps?: readonly StepView[];
  readonly messages?: readonly MessageRow[];
  readonly machines?: States;
  readonly sessionId?: string;
  readonly engine?: string;
  readonly bridge?: BridgeFacts;
  readonly peer?: PeerFacts;
  readonly traffic?: Traffic;
  readonly failure?: Failure;
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

export interface MessageRow {
  /** Counts from 0, both directions together, decoys included. */
  readonly index: number;
  readonly at: number;
  readonly direction: 'sent' | 'received';
  /** A message of a type that nobody knows has no name. */
  readonly type: string | undefined;
  /** 'unread': what came last and could not be opened. */
  readonly role: 'message' | 'decoy' | 'unread';
  readonly id?: number;
  /** The whole packet, in bytes. */
  readonly wireBytes: number;
  readonly summary: string;
  readonly problem?: string;
}

export interface MessageDetail {
  readonly index: number;
  readonly payload: Uint8Array;
  /** The payload's length when `payload` is only its start. */
  readonly payloadBytes: number;
  readonly fields: readonly MessageField[];
  /** There are more than these. */
  readonly fieldsCut: boolean;
  readonly problem?: string;
}

/** Ranges are offsets in the payload, half-open. */
export interface MessageField {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly value: string;
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
}
