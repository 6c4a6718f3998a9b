/** The worker's entry: it owns the connection, the page renders what it posts. */
import { openRecording, type Named } from './opening.js';
import type { FromWorker, ToWorker } from './protocol.js';
import type { Pace } from './recordings.js';
import { Replay } from './replay.js';
import { Session } from './session.js';
import { sourceOf } from './sources.js';

let current: { number: number; session: Session | Replay } | undefined;
/** The latest session that was live: whatever is opened in its place, it can be looked at and saved. */
let lastOwn: Session | undefined;
/** A recording that is being read. What is on screen stays there until it has turned out to be good. */
let opening: AbortController | undefined;
const post = (message: FromWorker): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'open':
      cancel();
      current?.session.close();
      current = { number: data.connection, session: new Session(data.connection, data.target, post) };
      return;
    case 'replay':
      stopReading();
      return replay(data);
    case 'cancel':
      return cancel();
  }
  const session = current?.number === data.connection ? current.session : undefined;
  switch (data.type) {
    case 'close':
      return session?.close();
    case 'pace':
      return session instanceof Replay ? session.setPace(data.pace) : undefined;
    case 'ask':
      post({ type: 'answer', request: data.request, answer: session?.answer(data.question) });
  }
});

function replay({ connection, recording, pace }: ToWorker & { type: 'replay' }): void {
  if (recording.kind === 'again' || recording.kind === 'session') {
    const again = recording.kind === 'again' ? current?.session.again : lastOwn?.again;
    if (again) show(connection, again, pace);
    return;
  }
  const mine = (opening = new AbortController());
  void openRecording(sourceOf(recording), mine.signal, (facts) => {
    if (opening === mine) post({ type: 'opening', opening: facts });
  }).then((result) => {
    if (opening !== mine) return;
    opening = undefined;
    if (result.state === 'good') show(connection, result.opened, pace);
    // The bundled one is no more than an offer: without it the page is as it was.
    else if (result.state === 'refused' && recording.kind === 'file')
      post({ type: 'refused', refused: { name: recording.file.name, problem: result.problem } });
    else post({ type: 'opening', opening: undefined });
  });
}

/** In place of what is on screen. */
function show(connection: number, recording: Named, pace: Pace): void {
  current?.session.close();
  if (current?.session instanceof Session) lastOwn = current.session;
  post({ type: 'shown', connection });
  current = { number: connection, session: new Replay(connection, recording, pace, post) };
}

/** What was posted of it before is on its way to the page: this comes after it. */
function cancel(): void {
  stopReading();
  post({ type: 'opening', opening: undefined });
}

function stopReading(): void {
  opening?.abort();
  opening = undefined;
}

post({ type: 'loaded' });
