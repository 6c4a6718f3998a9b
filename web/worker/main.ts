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
  switch (data.type) {
    case 'close':
      session?.close();
      break;
    case 'reveal':
      post({ type: 'revealed', request: data.request, bytes: session?.reveal(data.secret) });
      break;
    case 'detail':
      post({ type: 'detail', request: data.request, detail: session?.detail(data.message) });
  }
});

post({ type: 'loaded' });
