/** The worker's entry: it owns the connection, the page renders what it posts. */
import type { FromWorker, ToWorker } from './protocol.js';
import { Session } from './session.js';

let current: { number: number; session: Session } | undefined;
const post = (message: FromWorker): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'open') {
    current?.session.close();
    current = { number: data.connection, session: new Session(data.connection, data.target, post) };
    return;
  }
  const session = current?.number === data.connection ? current.session : undefined;
  if (data.type === 'close') session?.close();
  else post({ type: 'answer', request: data.request, answer: session?.answer(data.question) });
});

post({ type: 'loaded' });
