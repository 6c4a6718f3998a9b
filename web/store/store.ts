import { create } from 'zustand';
import type { NetworkName } from '../../shared/networks.js';
import type { States } from '../../shared/bip324/states.js';
import type {
  BridgeFacts,
  ConnectionState,
  Failure,
  MessageRow,
  PeerFacts,
  StateMark,
  StepView,
  Target,
  Traffic,
  Update,
} from '../worker/protocol.js';

/** What the page knows of one connection. It stays on screen after its end, until the next one. */
export interface Connection {
  /** 0 before the first. */
  readonly number: number;
  readonly target?: Target;
  /** The wall clock at the start, in ms: times on screen count from here. */
  readonly startedAt: number;
  readonly state: ConnectionState;
  readonly history: readonly StateMark[];
  readonly steps: readonly StepView[];
  readonly messages: readonly MessageRow[];
  /** Rows that were let go to stay within bounds. */
  readonly droppedMessages: number;
  readonly traffic: Traffic;
  readonly machines?: States;
  readonly sessionId?: string;
  readonly engine?: string;
  readonly bridge?: BridgeFacts;
  readonly peer?: PeerFacts;
  readonly failure?: Failure;
}

/** What answers under /v1/info at the page's own address. */
export type BridgePresence =
  | { readonly status: 'asking' }
  | { readonly status: 'absent' }
  | {
      readonly status: 'present';
      readonly version?: string;
      readonly demo?: {
        readonly address: string;
        readonly height: number;
        readonly misbehaviours: readonly Misbehaviour[];
      };
    };

/** One way in which the bridge's demo node can misbehave. */
export interface Misbehaviour {
  readonly name: string;
  readonly title: string;
  readonly phase: (typeof phases)[number];
  readonly effect: (typeof effects)[number];
}

export const phases = ['handshake', 'session'] as const;
export const effects = ['accepts', 'ignores', 'waits', 'disconnects', 'retries', 'reports'] as const;

export interface Form {
  readonly node: string;
  readonly network: NetworkName;
  readonly bridge: string;
}

interface Page {
  readonly connection: Connection;
  readonly presence: BridgePresence;
  readonly form: Form;
  /** What is wrong with the form or with the link that filled it. */
  readonly formProblem: string | undefined;
}

export const MAX_MESSAGE_ROWS = 50_000;

const noConnection: Connection = {
  number: 0,
  startedAt: 0,
  state: 'idle',
  history: [{ state: 'idle', at: 0 }],
  steps: [],
  messages: [],
  droppedMessages: 0,
  traffic: { sent: 0, received: 0 },
};

export const usePage = create<Page>(() => ({
  connection: noConnection,
  presence: { status: 'asking' },
  form: { node: '', network: 'main', bridge: '' },
  formProblem: undefined,
}));

export function startConnection(number: number, target: Target): void {
  usePage.setState({
    connection: {
      ...noConnection,
      number,
      target,
      startedAt: Date.now(),
      state: 'connecting',
      history: [...noConnection.history, { state: 'connecting', at: 0 }],
    },
    formProblem: undefined,
  });
}

export function applyUpdate(number: number, update: Update): void {
  const { connection } = usePage.getState();
  if (connection.number !== number) return;
  const { states = [], steps = [], messages = [], ...facts } = update;
  const rows = messages.length === 0 ? connection.messages : [...connection.messages, ...messages];
  const surplus = Math.max(0, rows.length - MAX_MESSAGE_ROWS);
  usePage.setState({
    connection: {
      ...connection,
      ...facts,
      state: states.at(-1)?.state ?? connection.state,
      history: [...connection.history, ...states],
      steps: steps.length === 0 ? connection.steps : [...connection.steps, ...steps],
      messages: surplus > 0 ? rows.slice(surplus) : rows,
      droppedMessages: connection.droppedMessages + surplus,
    },
  });
}

export function editForm(form: Partial<Form>): void {
  usePage.setState({ form: { ...usePage.getState().form, ...form }, formProblem: undefined });
}

export const isLive = (state: ConnectionState): boolean =>
  state === 'connecting' || state === 'handshaking' || state === 'negotiating' || state === 'ready';
