import type {
  Failure,
  FromWorker,
  Question,
  Questions,
  SecretRef,
  Target,
  ToWorker,
} from '../worker/protocol.js';
import type { Pace, RecordingSource } from '../worker/recordings.js';
import {
  applyUpdate,
  isLive,
  MAX_SESSIONS,
  remove,
  select,
  startConnection,
  startReplay,
  usePage,
  type Connection,
} from './store.js';

import { askedEngine, useEngine } from './engine.js';
import bundledRecording from '../recordings/regtest.jsonl?url';

/** The page's end of the worker that owns the connections. */

let worker: Worker | undefined;
/** Whether this worker's script has run: else what served the page may have gone. */
let loaded = false;
let lastRequest = 0;
/** Each session that is put on screen has a number of its own. */
let lastNumber = 0;
const waiting = new Map<number, (answer: unknown) => void>();

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'peerglass' });
  loaded = false;
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    loaded = true;
    take(data);
  });
  worker.addEventListener('error', () => workerFailed());
  const first: ToWorker = { type: 'engine', asked: askedEngine() };
  worker.postMessage(first);
  return worker;
}

function take(data: FromWorker): void {
  switch (data.type) {
    case 'loaded':
      return;
    case 'engine':
      return useEngine.setState({ engine: data.engine });
    case 'opening':
      return usePage.setState({ opening: data.opening });
    case 'refused':
      return usePage.setState({ opening: undefined, refused: data.refused });
    case 'shown':
      return shown(data.connection);
    case 'update':
      applyUpdate(data.connection, data.update);
      // Also of a session that is gone from the page: it may still be on its way in the worker.
      return post({ type: 'taken', connection: data.connection });
    case 'answer':
      waiting.get(data.request)?.(data.answer);
      waiting.delete(data.request);
  }
}

function workerFailed(): void {
  const { sessions } = usePage.getState();
  usePage.setState({ opening: undefined });
  worker?.terminate();
  worker = undefined;
  for (const answer of waiting.values()) answer(undefined);
  waiting.clear();
  for (const { number, state, startedAt } of sessions)
    if (isLive(state))
      applyUpdate(number, {
        states: [{ state: 'failed', at: Date.now() - startedAt }],
        failure: loaded ? stopped : notLoaded,
      });
}

const stopped: Failure = {
  code: 'internal',
  title: 'This page’s own protocol worker stopped',
  message: 'The part of the page that speaks the protocol ended with an error.',
  hint: 'Load the page again.',
  seen: [],
  cause: 'worker-error',
};

const notLoaded: Failure = {
  code: 'no-bridge',
  title: 'No bridge answers',
  message:
    'The part of this page that speaks the protocol could not be loaded: what served the page is gone.',
  hint: 'Start the bridge in the project’s folder, then load this page again. If it does run, this browser may be too old for module workers.',
  command: 'npm ci && npm start',
  seen: [],
  cause: 'worker-not-loaded',
};

/** Loads the worker ahead of the first connection, which then starts at once, even if the server has gone. */
export function prepare(): void {
  theWorker();
}

const post = (message: ToWorker): void => theWorker().postMessage(message);

/**
 * Connects, beside the sessions that are open; in the place of what is on screen where that is no more than an offer
 * or a failure. @returns false where there is no room
 */
export function open(target: Target): boolean {
  const { connection: here } = usePage.getState();
  const instead = isOffer(here) || here.state === 'failed' ? here.number : undefined;
  if (instead === undefined && !makeRoom()) {
    usePage.setState({ formProblem: `${MAX_SESSIONS} sessions are open: end one of them first.` });
    return false;
  }
  const connection = ++lastNumber;
  startConnection(connection, target, instead);
  post({ type: 'open', connection, target });
  if (instead !== undefined) post({ type: 'forget', connection: instead });
  return true;
}

/** Connects with an access key that a person typed, and does so from then on with this bridge. */
export function openWithKey(target: Target, key: string): void {
  post({ type: 'access', bridge: target.bridge, key });
  open(target);
}

/** Nothing, or what came with the page. */
const isOffer = ({ number, recording }: Connection) => number === 0 || recording?.kind === 'bundled';

/** The oldest that has ended goes for a new one, as long as nobody looks at it. */
function makeRoom(): boolean {
  const { sessions, connection } = usePage.getState();
  if (sessions.length < MAX_SESSIONS) return true;
  const oldest = sessions.find((session) => session !== connection && !isLive(session.state));
  if (oldest) forget(oldest.number);
  return oldest !== undefined;
}

/** Ends a session where it is live, and takes it from the page. */
export function forget(number: number): void {
  remove(number);
  post({ type: 'forget', connection: number });
}

/** What takes whose place once it is there. */
const replacing = new Map<number, number>();

/** Puts a recording on screen, once it is read and good. */
function replay(recording: RecordingSource, pace: Pace): void {
  const { kind } = recording;
  const connection = ++lastNumber;
  const { connection: here } = usePage.getState();
  if (kind === 'again') replacing.set(connection, recording.of);
  else {
    if (isOffer(here)) replacing.set(connection, here.number);
    const opening = { kind, name: kind === 'file' ? recording.file.name : '', read: 0 };
    usePage.setState({ opening, refused: undefined });
  }
  post({ type: 'replay', connection, recording, pace });
}

function shown(connection: number): void {
  const instead = replacing.get(connection);
  replacing.clear();
  usePage.setState({ opening: undefined });
  // It was on its way when nothing was on screen, and something is by now.
  if (instead === 0 && usePage.getState().sessions.length > 0) return forget(connection);
  if (instead === undefined && !makeRoom()) return forget(connection);
  startReplay(connection, instead);
  if (instead !== undefined) post({ type: 'forget', connection: instead });
}

export const openFile = (file: File): void => replay({ kind: 'file', file }, 'at-once');

/** The session on screen from its start, with its timing. */
export const replayAgain = (): void => replay({ kind: 'again', of: usePage.getState().connection.number }, 1);

/** Reads the file no further. */
export function cancelOpening(): void {
  usePage.setState({ opening: undefined });
  post({ type: 'cancel' });
}

export function forgetRefused(): void {
  usePage.setState({ refused: undefined });
}

/** The recording that came with the page: a session with a real node, which needs no server. */
export function showBundled(): void {
  const open = usePage.getState().sessions.find(({ recording }) => recording?.kind === 'bundled');
  if (open) select(open.number);
  else replay({ kind: 'bundled', url: new URL(bundledRecording, location.href).href }, 'at-once');
}

/** Of the recording on screen. */
export function setPace(pace: Pace): void {
  post({ type: 'pace', connection: usePage.getState().connection.number, pace });
}

export function close(): void {
  post({ type: 'close', connection: usePage.getState().connection.number });
}

/**
 * Resolves with undefined for what is no longer kept, and for what nobody waits for any more.
 * @param signal aborted when nobody waits for the answer any more
 */
export function ask<Q extends keyof Questions>(
  about: Q,
  asks: Questions[Q]['asks'],
  signal?: AbortSignal,
): Promise<Questions[Q]['answer'] | undefined> {
  if (signal?.aborted) return Promise.resolve(undefined);
  const request = ++lastRequest;
  signal?.addEventListener('abort', () => abandon(request), { once: true });
  const { number: connection } = usePage.getState().connection;
  return new Promise((resolve) => {
    waiting.set(request, (answer) => resolve(answer as Questions[Q]['answer'] | undefined));
    post({ type: 'ask', connection, request, question: { about, ...asks } as Question });
  });
}

function abandon(request: number): void {
  const answer = waiting.get(request);
  if (answer === undefined) return;
  waiting.delete(request);
  answer(undefined);
  post({ type: 'abandon', request });
}

/** One secret value, because a person asked for it. It is kept by whoever shows it and nowhere else. */
export const reveal = (secret: SecretRef) => ask('secret', { secret });
