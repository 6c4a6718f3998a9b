import { useState, type ChangeEvent } from 'react';
import { Button } from '../../components/Button.js';
import { FailureNotice } from '../../components/FailureNotice.js';
import { isObserved } from '../../components/observed.js';
import { recordedLabel } from '../../components/RecordedBar.js';
import { count } from '../../format.js';
import { openFile, showBundled } from '../../store/client.js';
import { usePage, type Connection } from '../../store/store.js';
import styles from './Recordings.module.css';
import { SaveForm } from './SaveForm.js';

/** A session as a file: save the one on screen, open another. */
export function Recordings() {
  const failure = usePage(({ connection }) => connection.failure);
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Recordings</h1>
        <p>
          A recording holds every byte of a session with its time, and looks on every screen as it did live.
          It is one text file, and stays on this machine until you give it away.
        </p>
      </div>
      {failure && <FailureNotice failure={failure} />}
      <OnScreen />
      <section className={styles.part} aria-labelledby="open-recording">
        <h2 id="open-recording">Open</h2>
        <OpenFile />
        <p>
          Or drop a file anywhere on this page. To come back to the recording that came with the page:{' '}
          <Button onClick={showBundled}>Open the bundled recording</Button>
        </p>
      </section>
    </div>
  );
}

function OnScreen() {
  const connection = usePage((page) => page.connection);
  const { recording, recorder } = connection;
  if (connection.traffic.sent === 0)
    return (
      <section className={styles.part} aria-labelledby="save-recording">
        <h2 id="save-recording">Save</h2>
        <p>
          There is no session on screen to save. <a href="#/connect">Connect to a node</a>, or open a
          recording.
        </p>
      </section>
    );
  return (
    <section className={styles.part} aria-labelledby="save-recording">
      <h2 id="save-recording">Save</h2>
      <p>
        On screen: <strong>{recording ? recordedLabel(recording) : 'the session of this tab'}</strong>,{' '}
        {count(connection.traffic.sent + connection.traffic.received, 'byte')}
        {units(connection)}.
        {recorder?.stopped && ' It was longer than what this page keeps: its end is not in the recording.'}
      </p>
      <SaveForm />
    </section>
  );
}

/** What the bytes are, as far as somebody can tell. */
function units(connection: Connection): string {
  const { messages, steps, protocol } = connection;
  if (protocol === 'v1') return `, ${count(messages, 'message')}`;
  if (isObserved(connection)) return '';
  return `, ${count(messages + steps.filter(({ step }) => step === 'packet').length, 'packet')}`;
}

function OpenFile() {
  const [name, setName] = useState('');
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file can be chosen again.
    event.target.value = '';
    if (file === undefined) return;
    setName(file.name);
    openFile(file);
  };
  return (
    <p className={styles.open}>
      <label className={styles.choose}>
        Open a recording
        <input type="file" accept=".jsonl,.json,.txt,application/jsonl" onChange={choose} />
      </label>
      {name !== '' && <span className={styles.name}>{name}</span>}
    </p>
  );
}
