import { usePage } from '../store/store.js';
import { stateWords } from '../states.js';

/** Says aloud, politely, what the connection's state became. */
export function Announcer() {
  const { state, failure } = usePage(({ connection }) => connection);
  const text =
    state === 'failed' && failure ? `Failed: ${failure.title}. ${failure.hint}` : stateWords[state].announced;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
