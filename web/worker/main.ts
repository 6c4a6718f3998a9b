/** The worker's entry: it owns the connection, the page renders what it posts. */
import type { FromWorker, ToWorker, Update } from './protocol.js';
import { Replay } from './replay.js';
import { Session } from './session.js';
import { sourceOf } from './sources.js';

let current: { number: number; session: Session | Replay } | undefined;
/** The latest session that was live: whatever is opened in its place, it can be looked at and saved. */
let lastOwn: Session | undefined;
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
      if (before instanceof Session) lastOwn = before;
      const source =
        data.recording.kind === 'again'
          ? before?.again
          : data.recording.kind === 'session'
            ? lastOwn?.again
            : sourceOf(data.recording);
      if (source === undefined) {
        const gone: Update = { states: [{ state: 'idle', at: 0 }] };
        return post({ type: 'update', connection: data.connection, update: gone });
      }
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
