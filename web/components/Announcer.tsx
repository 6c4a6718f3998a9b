import { usePage } from '../store/store.js';
import { wordsOfState } from '../states.js';
import { recordedLabel } from './RecordedBar.js';

/** Says aloud, politely, what the connection's state became. */
export function Announcer() {
  const { state, failure, protocol, recording } = usePage(({ connection }) => connection);
  const text =
    state === 'failed' && failure
      ? `Failed: ${failure.title}. ${failure.hint}`
      : recording
        ? `${recordedLabel(recording)}.`
        : wordsOfState(state, protocol).announced;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
