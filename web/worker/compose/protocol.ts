/** What Compose asks the worker, and the answers: plain data. */
import type { DecodedType, Draft } from '../../../shared/messages/index.js';
import type { FieldPage, FieldPath, FieldPlace, PacketDetail, PacketRow } from '../protocol.js';
import type { TraceField } from '../../../shared/bip324/trace.js';

/** How v2 says the type: by one byte, or spelled out in 13. */
export type TypeForm = 'short' | 'long';

/** What a person filled in; every text as it was typed. */
export type Composed =
  | { readonly kind: 'form'; readonly type: DecodedType; readonly draft: Draft; readonly form: TypeForm }
  /** Any type, and a payload in hex (raw-hex.ts). */
  | { readonly kind: 'raw'; readonly type: string; readonly form: TypeForm; readonly payload: string }
  /** Any one-byte id, known or not. */
  | { readonly kind: 'id'; readonly id: string; readonly payload: string }
  | { readonly kind: 'decoy'; readonly length: string };

/** What is wrong, and where: a field of the form, 'type', 'id', 'payload' or 'length'; '' for the whole. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** What a real node does with it: the message takes the last place where several would fit. */
export type Effect =
  /** It answers, or says that it has not what is asked for. */
  | 'answers'
  /** It takes note, and says nothing, or nothing soon. */
  | 'takes'
  /** It passes over it. */
  | 'ignores'
  /** It ends the session. */
  | 'disconnects'
  /** One of these, by what only the node knows. */
  | 'depends';

export interface Foresight {
  readonly effect: Effect;
  /** One or two sentences. */
  readonly text: string;
}

/** Why there is no packet to show. */
export type NoPacket = 'no-session' | 'recording' | 'over' | 'not-ready' | 'too-large';

export interface Sized {
  readonly role: 'message' | 'unknown' | 'decoy';
  readonly type: string | undefined;
  readonly id?: number;
  readonly wireBytes: number;
  readonly payloadBytes: number;
}

export type PacketPreview = Sized &
  (
    | {
        readonly state: 'sealed';
        readonly epoch: number;
        readonly row: PacketRow;
        readonly detail: PacketDetail & { readonly kind: 'packet' };
      }
    | { readonly state: 'v1'; readonly bytes: Uint8Array; readonly fields: readonly TraceField[] }
    | { readonly state: 'none'; readonly why: NoPacket }
  );

export interface Preview {
  /** Later questions name it by this. */
  readonly number: number;
  /** At most the first 4,000,000 bytes; of a decoy none. */
  readonly payload: Uint8Array;
  /** As in `MessageDetail`. */
  readonly fields: readonly FieldPage[];
  /** The payload is not what its type says: how a node reads it. */
  readonly malformed?: string;
  readonly protocol: 'v1' | 'v2';
  readonly packet: PacketPreview;
  readonly foresight: Foresight;
}

export type Previewed = { readonly ok: true; readonly preview: Preview } | Unbuilt;

export interface Unbuilt {
  readonly ok: false;
  readonly problem: Problem;
}

export type Sending =
  | {
      readonly ok: true;
      /** Its row among the messages. */
      readonly message: number;
      readonly at: number;
      readonly foresight: Foresight;
    }
  | Unbuilt
  /** A node ends the session over it, and nobody said that this is meant. */
  | { readonly ok: false; readonly ends: Foresight }
  | { readonly ok: false; readonly missing: NoPacket };

/** A message that belongs to the answer. */
export interface AnswerPart {
  /** Its row among the messages. */
  readonly message: number;
  readonly type: string;
  /** Since the question. */
  readonly ms: number;
  readonly notFound: boolean;
  /** Otherwise an announcement could look the same. */
  readonly certain: boolean;
}

/** What came of a message that was sent from here. */
export interface Outcome {
  /** Changes with everything that changes. */
  readonly version: number;
  readonly state:
    /** Nobody answers it. */
    | 'no-question'
    | 'waiting'
    | 'answered'
    /** Nothing came, or not all of it, for some time. */
    | 'silent'
    /** The worker follows it no longer. */
    | 'unfollowed';
  /** The first of them. */
  readonly parts: readonly AnswerPart[];
  /** How many there were. */
  readonly count: number;
  /** Things that came, and how many were asked for. */
  readonly done: number;
  readonly of: number;
  /** Why nothing comes, as likely as not. */
  readonly why?: string;
  /** How long it was waited for before it counted as silence. */
  readonly waitedMs?: number;
}

/** A message of the log, to be changed and sent again. */
export type Copied =
  { readonly composed: Composed } | { readonly cannot: 'gone' | 'too-large' | 'not-a-message' };

export interface ComposeQuestions {
  composePreview: { asks: { readonly composed: Composed }; answer: Previewed };
  /** Of the latest preview. */
  composeFields: { asks: FieldPlace & { readonly preview: number }; answer: FieldPage };
  composeFieldAt: { asks: { readonly preview: number; readonly offset: number }; answer: FieldPath };
  /** @param knowing that the node ends the session over it */
  composeSend: { asks: { readonly composed: Composed; readonly knowing: boolean }; answer: Sending };
  /** Waits until there is something newer than `version`. */
  composeOutcome: { asks: { readonly message: number; readonly version: number }; answer: Outcome };
  /** @param type and `id` of its row */
  composeFrom: {
    asks: { readonly message: number; readonly type: string | undefined; readonly id: number | undefined };
    answer: Copied;
  };
}

export type ComposeQuestion = {
  [Q in keyof ComposeQuestions]: { readonly about: Q } & ComposeQuestions[Q]['asks'];
}[keyof ComposeQuestions];
