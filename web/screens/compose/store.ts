import { create } from 'zustand';
import { formOf, initialDraft, isDecodedType, type DecodedType } from '../../../shared/messages/index.js';
import type { Composed, Foresight } from '../../worker/compose/protocol.js';

/** A type with a form, or one of the ways without. */
export type Choice = DecodedType | 'raw' | 'id' | 'decoy';

/** A message that was sent from here. */
export interface Sent {
  readonly connection: number;
  /** Its row among the messages. */
  readonly message: number;
  readonly at: number;
  readonly name: string;
  readonly foresight: Foresight;
}

/** What a person fills in. It outlives the screen, and the session. */
interface State {
  readonly choice: Choice;
  readonly drafts: { readonly [choice: string]: Composed };
  /** Counts what was tried to send though something is wrong: each time the first wrong field gets the focus. */
  readonly attempts: number;
  /** Where the draft came from. */
  readonly note: string;
  readonly sent: readonly Sent[];
}

export const useCompose = create<State>(() => ({
  choice: 'ping',
  drafts: {},
  attempts: 0,
  note: '',
  sent: [],
}));

const MAX_SENT = 8;

export const choiceOf = (composed: Composed): Choice =>
  composed.kind === 'form' ? composed.type : composed.kind;

const empties: { readonly [kind: string]: Composed } = {
  raw: { kind: 'raw', type: '', form: 'short', payload: '' },
  id: { kind: 'id', id: '200', payload: '' },
  decoy: { kind: 'decoy', length: '1000' },
};

/** What was filled in last for a choice; at first an empty form. */
export function composedOf(drafts: State['drafts'], choice: Choice): Composed {
  const draft = drafts[choice] ?? empties[choice];
  if (draft !== undefined) return draft;
  if (!isDecodedType(choice)) throw new TypeError(`no form for ${choice}`);
  return { kind: 'form', type: choice, draft: initialDraft(formOf(choice)), form: 'short' };
}

export const choose = (choice: Choice): void => useCompose.setState({ choice, attempts: 0, note: '' });

export function edit(composed: Composed): void {
  const { drafts } = useCompose.getState();
  useCompose.setState({ drafts: { ...drafts, [choiceOf(composed)]: composed }, note: '' });
}

/** Puts a whole draft on screen. @param note says where it came from */
export function fill(composed: Composed, note: string): void {
  edit(composed);
  useCompose.setState({ choice: choiceOf(composed), attempts: 0, note });
}

export const attempt = (): void => useCompose.setState(({ attempts }) => ({ attempts: attempts + 1 }));

export const noteSent = (sent: Sent): void =>
  useCompose.setState((state) => ({ attempts: 0, sent: [sent, ...state.sent].slice(0, MAX_SENT) }));
