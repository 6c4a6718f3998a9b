import { usePage } from '../store/store.js';
import { wordsOfState } from '../states.js';

/** Says aloud, politely, what the connection's state became. */
export function Announcer() {
  const { state, failure, target } = usePage(({ connection }) => connection);
  const text =
    state === 'failed' && failure
      ? `Failed: ${failure.title}. ${failure.hint}`
      : wordsOfState(state, target?.protocol).announced;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
