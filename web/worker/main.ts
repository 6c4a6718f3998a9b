/** The worker's entry: it owns the connections, the page renders what it posts. */
import type { Engine } from '../../shared/engine/index.js';
import { nobleEngine } from '../../shared/engine/noble/index.js';
import { ComposeDoor, isComposeQuestion } from './compose/door.js';
import { chooseEngine } from './engine.js';
import { handedOver } from './handed-over.js';
import { openRecording, type Named } from './opening.js';
import type { FromWorker, Question, ToWorker } from './protocol.js';
import { withReadyKeys } from './ready-keys.js';
import type { Pace } from './recordings.js';
import { Replay } from './replay.js';
import { Session } from './session.js';
import { sourceOf } from './sources.js';

/** By bridge. Never in a target: that is shown, and recorded. */
const accessKeys = new Map<string, string>();
const sessions = new Map<number, Session | Replay>();
/** A recording that is being read: it becomes a session once it has turned out to be good. */
let opening: AbortController | undefined;
const post = (message: FromWorker, handedOver: Transferable[] = []): void => postMessage(message, handedOver);

/** Connections that were asked for before the engine was there, and all that came after them. */
const early: ToWorker[] = [];
let engine: Engine | undefined;

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'engine') void start(data.asked);
  else if (engine !== undefined) take(data, engine);
  else if (data.type === 'open' || early.length > 0) early.push(data);
  // What a first visitor sees is a recording: it comes at once, and moves nothing under a hand that is already there.
  else take(data, nobleEngine);
});

async function start(asked: string | undefined): Promise<void> {
  const chosen = await chooseEngine(asked);
  post({ type: 'engine', engine: chosen.facts });
  engine = withReadyKeys(chosen.engine);
  for (const data of early.splice(0)) take(data, engine);
}

function take(data: ToWorker, engine: Engine): void {
  switch (data.type) {
    case 'engine':
      return;
    case 'open': {
      const { connection, target } = data;
      const accessKey = accessKeys.get(target.bridge);
      return void sessions.set(connection, new Session({ connection, target, post, accessKey, engine }));
    }
    case 'access':
      return void accessKeys.set(data.bridge, data.key);
    case 'replay':
      stopReading();
      return replay(data, engine);
    case 'abandon':
      return asked.get(data.request)?.abort();
    case 'cancel':
      stopReading();
      // What was posted of it before is on its way to the page: this comes after it.
      return post({ type: 'opening', opening: undefined });
  }
  const session = sessions.get(data.connection);
  switch (data.type) {
    case 'close':
      return session?.close();
    case 'forget':
      session?.close();
      return void sessions.delete(data.connection);
    case 'taken':
      return session?.taken();
    case 'pace':
      return session instanceof Replay ? session.setPace(data.pace) : undefined;
    case 'ask':
      void answer(session, data);
  }
}

/** Without a session a message can be composed, too. */
const compose = new ComposeDoor();

/** Questions that a node, and not this tab, has to answer. */
const asked = new Map<number, AbortController>();

async function answer(
  session: { answer(question: Question, signal: AbortSignal): unknown } | undefined,
  { request, question }: ToWorker & { type: 'ask' },
): Promise<void> {
  const abort = new AbortController();
  asked.set(request, abort);
  const answer: unknown = await (session === undefined && isComposeQuestion(question)
    ? compose.answer(question, abort.signal)
    : session?.answer(question, abort.signal));
  asked.delete(request);
  if (!abort.signal.aborted) post({ type: 'answer', request, answer }, handedOver(question, answer));
}

function replay({ connection, recording, pace }: ToWorker & { type: 'replay' }, engine: Engine): void {
  if (recording.kind === 'again') {
    const again = sessions.get(recording.of)?.again;
    if (again) show(connection, again, pace, engine);
    return;
  }
  const mine = (opening = new AbortController());
  void openRecording(sourceOf(recording), mine.signal, (facts) => {
    if (opening === mine) post({ type: 'opening', opening: facts });
  }).then((result) => {
    if (opening !== mine) return;
    opening = undefined;
    if (result.state === 'good') show(connection, result.opened, pace, engine);
    // The bundled one is no more than an offer: without it the page is as it was.
    else if (result.state === 'refused' && recording.kind === 'file')
      post({ type: 'refused', refused: { name: recording.file.name, problem: result.problem } });
    else post({ type: 'opening', opening: undefined });
  });
}

function show(connection: number, recording: Named, pace: Pace, engine: Engine): void {
  post({ type: 'shown', connection });
  sessions.set(connection, new Replay({ connection, opened: recording, pace, post, engine }));
}

function stopReading(): void {
  opening?.abort();
  opening = undefined;
}

post({ type: 'loaded' });
