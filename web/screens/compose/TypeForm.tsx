import { messageRegistry } from '../../../shared/messages/index.js';
import { Term } from '../../components/Term.js';
import type { Composed } from '../../worker/compose/protocol.js';
import styles from './Compose.module.css';
import { edit } from './store.js';

/** How the packet says the type, where there is a choice. */
export function TypeForm({ composed }: { composed: Composed }) {
  if (composed.kind !== 'form' && composed.kind !== 'raw') return null;
  const shortId = messageRegistry.get(composed.type)?.shortId;
  if (shortId === undefined) return null;
  const choose = (form: 'short' | 'long') => edit({ ...composed, form });
  return (
    <fieldset className={styles.typeForm}>
      <legend className={styles.label}>The type in the packet</legend>
      <label>
        <input
          type="radio"
          name="type-form"
          checked={composed.form === 'short'}
          onChange={() => choose('short')}
        />{' '}
        short id {shortId}, 1 byte
      </label>
      <label>
        <input
          type="radio"
          name="type-form"
          checked={composed.form === 'long'}
          onChange={() => choose('long')}
        />{' '}
        spelled out, 13 bytes
      </label>
      <p className={styles.soft}>
        Both mean the same: <Term id="short-id">short id</Term>, <Term id="long-form">long form</Term>.
      </p>
    </fieldset>
  );
}
