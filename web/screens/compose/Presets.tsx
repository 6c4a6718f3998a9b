import { useState } from 'react';
import { networks } from '../../../shared/networks.js';
import { Button } from '../../components/Button.js';
import { usePage, type Connection } from '../../store/store.js';
import { MESSAGE_ID } from './Chooser.js';
import styles from './Compose.module.css';
import { copyFrom } from './copy.js';
import { idOf } from './draft.js';
import { curious, endings, questions, type Preset } from './presets.js';
import { fill } from './store.js';

const lists: readonly (readonly [title: string, presets: readonly Preset[]])[] = [
  ['Questions', questions],
  ['What a node puts up with', curious],
  ['What a node ends the session over', endings],
];

/** Messages that are filled in already, and those of the session, to be changed and sent again. */
export function Presets({ connection }: { connection: Connection }) {
  return (
    <details className={styles.presets}>
      <summary>Start from an example, or from a message of this session</summary>
      <div className={styles.examples}>
        {lists.map(([title, presets]) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <p className={styles.buttons}>
              {presets.map((preset) => (
                <Button key={preset.name} onClick={({ currentTarget }) => use(preset, currentTarget)}>
                  {preset.name}
                </Button>
              ))}
            </p>
          </section>
        ))}
        <CopyFrom connection={connection} />
      </div>
    </details>
  );
}

/** The examples make room for what was filled in. */
function use(preset: Preset, button: HTMLElement): void {
  const { network = 'regtest' } = usePage.getState().connection;
  const note = preset.asks === undefined ? '' : 'Type the hash that is asked for.';
  fill(preset.make(networks[network]), note);
  button.closest('details')?.removeAttribute('open');
  const next = preset.asks === undefined ? MESSAGE_ID : idOf(preset.asks);
  setTimeout(() => document.getElementById(next)?.focus());
}

function CopyFrom({ connection }: { connection: Connection }) {
  const [text, setText] = useState('');
  const { log, messages } = connection;
  if (messages === 0) return null;
  return (
    <form
      className={styles.copyFrom}
      onSubmit={(event) => {
        event.preventDefault();
        void copyFrom(connection, text);
      }}
    >
      <label htmlFor="compose-from" className={styles.label}>
        A copy of message number
      </label>
      <input
        id="compose-from"
        className={styles.number}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        placeholder={`${log.first} to ${log.end - 1}`}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit">Fill in</Button>
    </form>
  );
}
