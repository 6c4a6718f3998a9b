/** The worker's entry: it owns the connection, the page renders what it posts. */
import type { FromWorker, ToWorker } from './protocol.js';
import { Replay } from './replay.js';
import { Session } from './session.js';
import { sourceOf } from './sources.js';

let current: { number: number; session: Session | Replay } | undefined;
const post = (message: FromWorker): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'open':
      current?.session.close();
      current = { number: data.connection, session: new Session(data.connection, data.target, post) };
      return;
    case 'replay': {
      const before = current?.session;
      before?.close();
      const source = data.recording.kind === 'again' ? before?.again : sourceOf(data.recording);
      if (source === undefined) return;
      current = { number: data.connection, session: new Replay(data.connection, source, data.pace, post) };
      return;
    }
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

post({ type: 'loaded' });
