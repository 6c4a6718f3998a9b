import { create } from 'zustand';
import type { EngineName } from '../../shared/engine/engine.js';
import type { NetworkName } from '../../shared/networks.js';
import type { States } from '../../shared/bip324/states.js';
import { answered, unheard as heardNothing } from './reply.js';
import { kindOfMessage, kindOfStream, type MessageRow } from './row-kinds.js';
import { RowLog } from './row-log.js';
import type {
  BridgeFacts,
  ConnectionState,
  Failure,
  Greeting,
  PeerFacts,
  Protocol,
  Sizes,
  StateMark,
  StepView,
  StreamRow,
  Target,
  Traffic,
  Update,
} from '../worker/protocol.js';
import type { NodeFacts } from '../worker/node/protocol.js';
import type { ChainFacts } from '../worker/explore/protocol.js';
import type { OpeningFacts, RecorderFacts, RecordingFacts, RefusedFile } from '../worker/recordings.js';

/** What the page knows of one connection. It stays on screen after its end, until the next one. */
export interface Connection {
  /** 0 before the first. */
  readonly number: number;
  /** What a person chose; a recording has none. */
  readonly target?: Target;
  /** Of a session that is not live, but replayed. */
  readonly recording?: RecordingFacts;
  readonly protocol?: Protocol;
  readonly network?: NetworkName;
  /** The wall clock at the start, in ms: times on screen count from here. */
  readonly startedAt: number;
  readonly state: ConnectionState;
  readonly history: readonly StateMark[];
  readonly steps: readonly StepView[];
  /** The packets after the handshake; over v1, every message. It grows in place, as `messages` tells. */
  readonly log: RowLog<MessageRow>;
  /** How many there were so far. */
  readonly messages: number;
  /** The first message whose payload the worker still keeps. */
  readonly payloadsFrom: number;
  /** Every packet and rekeying; it grows in place, as `streamed` tells. */
  readonly stream: RowLog<StreamRow>;
  readonly streamed: number;
  /** The first row of the stream whose bytes the worker still keeps. */
  readonly keptFrom: number;
  readonly sizes: Sizes;
  readonly greetings: readonly Greeting[];
  readonly traffic: Traffic;
  readonly machines?: States;
  readonly sessionId?: string;
  readonly engine?: EngineName;
  readonly bridge?: BridgeFacts;
  readonly peer?: PeerFacts;
  readonly node?: NodeFacts;
  readonly failure?: Failure;
  readonly recorder?: RecorderFacts;
  /** Once the Explorer was opened. */
  readonly chain?: ChainFacts;
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
  /** What is on screen: one of the sessions, or none. */
  readonly connection: Connection;
  /** In the order in which they were opened. */
  readonly sessions: readonly Connection[];
  /** A recording that is read; what is on screen stays until it is there. */
  readonly opening: OpeningFacts | undefined;
  /** The file that was chosen last, where it is no recording. */
  readonly refused: RefusedFile | undefined;
  readonly presence: BridgePresence;
  readonly form: Form;
  /** What is wrong with the form or with the link that filled it. */
  readonly formProblem: string | undefined;
}

const noConnection = (): Connection => ({
  number: 0,
  startedAt: 0,
  state: 'idle',
  history: [{ state: 'idle', at: 0 }],
  steps: [],
  log: new RowLog(kindOfMessage),
  messages: 0,
  payloadsFrom: 0,
  stream: new RowLog(kindOfStream),
  streamed: 0,
  keptFrom: 0,
  sizes: { v2: 0, v1: 0 },
  greetings: [],
  traffic: { sent: 0, received: 0 },
});

export const usePage = create<Page>(() => ({
  connection: noConnection(),
  sessions: [],
  opening: undefined,
  refused: undefined,
  presence: { status: 'asking' },
  form: { node: '', network: 'main', bridge: '' },
  formProblem: undefined,
}));

/** So many sessions are kept at once; each takes up to some 220 MB (worker/limits.ts and its recorder). */
export const MAX_SESSIONS = 8;

export function startConnection(number: number, target: Target, instead: number | undefined): void {
  const fresh = noConnection();
  put(instead, {
    ...fresh,
    number,
    target,
    protocol: target.protocol,
    network: target.network,
    startedAt: Date.now(),
    state: 'connecting',
    history: [...fresh.history, { state: 'connecting', at: 0 }],
  });
}

/** What it is follows with the first update. */
export function startReplay(number: number, instead: number | undefined): void {
  put(instead, { ...noConnection(), number });
}

/** A new session on screen: in the place of another one, or beside all of them. */
function put(instead: number | undefined, connection: Connection): void {
  const { sessions } = drawn();
  const at = sessions.findIndex(({ number }) => number === instead);
  usePage.setState({
    sessions: at === -1 ? [...sessions, connection] : sessions.with(at, connection),
    connection,
    opening: undefined,
    refused: undefined,
    formProblem: undefined,
  });
}

/** Puts a session on screen. */
export function select(number: number): void {
  const { sessions } = drawn();
  const connection = sessions.find((session) => session.number === number);
  if (connection) usePage.setState({ connection, formProblem: undefined });
}

/** Takes a session from the page; its neighbour comes on screen where it was. */
export function remove(number: number): void {
  const { sessions, connection } = drawn();
  const at = sessions.findIndex((session) => session.number === number);
  if (at === -1) return;
  const left = sessions.toSpliced(at, 1);
  const next = connection.number === number ? (left[at] ?? left.at(-1) ?? noConnection()) : connection;
  usePage.setState({ sessions: left, connection: next });
}

/** Rows come in more posts than a screen can show: it is drawn about 30 times a second. */
const DRAWN_EVERY_MS = 33;
/** What is known beyond what is drawn, by the sessions' numbers. */
const ahead = new Map<number, Connection>();
let timer: ReturnType<typeof setTimeout> | undefined;
let drawnAt = 0;

/** The page with everything that waited to be drawn. */
function drawn(): Page {
  clearTimeout(timer);
  timer = undefined;
  drawnAt = performance.now();
  if (ahead.size > 0) {
    const { sessions, connection } = usePage.getState();
    const latest = (session: Connection) => ahead.get(session.number) ?? session;
    usePage.setState({ sessions: sessions.map(latest), connection: latest(connection) });
    ahead.clear();
  }
  return usePage.getState();
}

export function applyUpdate(number: number, update: Update): void {
  const connection =
    ahead.get(number) ?? usePage.getState().sessions.find((session) => session.number === number);
  if (connection === undefined) return;
  const {
    states = [],
    steps = [],
    messages = [],
    unheard = [],
    stream = [],
    greetings = [],
    ...facts
  } = update;
  connection.log.push(messages);
  pair(connection.log, messages, unheard);
  connection.stream.push(stream);
  const state = states.at(-1)?.state ?? connection.state;
  if (connection.target?.protocol === 'v2' && (state === 'negotiating' || state === 'ready'))
    noteV2(connection.target);
  ahead.set(number, {
    ...connection,
    ...facts,
    ...(facts.recording && factsOf(facts.recording)),
    state,
    history: [...connection.history, ...states],
    steps: steps.length === 0 ? connection.steps : [...connection.steps, ...steps],
    messages: connection.log.end,
    streamed: connection.stream.end,
    greetings: greetings.length === 0 ? connection.greetings : [...connection.greetings, ...greetings],
  });
  const wait = drawnAt + DRAWN_EVERY_MS - performance.now();
  if (wait <= 0 || states.length > 0) drawn();
  else timer ??= setTimeout(drawn, wait);
}

/** Rows name the requests that they answer: those, which came before, say so as well. */
function pair(
  log: RowLog<MessageRow>,
  messages: readonly MessageRow[],
  unheard: NonNullable<Update['unheard']>,
): void {
  for (const { index, answers = [] } of messages)
    for (const answer of answers)
      log.change(answer.request, (row) => ({ ...row, reply: answered(row.reply, index, answer) }));
  for (const told of unheard)
    log.change(told.request, (row) => {
      const reply = heardNothing(row.reply, told);
      return reply === row.reply ? row : { ...row, reply };
    });
}

const factsOf = ({ protocol, network, startedAt }: RecordingFacts) => ({ protocol, network, startedAt });

/** Nodes that had an encrypted session with this tab: what they speak now they speak by choice, or somebody’s doing. */
const spokeV2 = new Set<string>();
const MAX_NODES = 1000;
const nodeKey = ({ network, host, port }: Target): string => `${network} ${host.toLowerCase()} ${port}`;

function noteV2(target: Target): void {
  if (spokeV2.size < MAX_NODES) spokeV2.add(nodeKey(target));
}

export const hasSpokenV2 = (target: Target): boolean => spokeV2.has(nodeKey(target));

export function editForm(form: Partial<Form>): void {
  usePage.setState({ form: { ...usePage.getState().form, ...form }, formProblem: undefined });
}

export const isLive = (state: ConnectionState): boolean =>
  state === 'connecting' || state === 'handshaking' || state === 'negotiating' || state === 'ready';
