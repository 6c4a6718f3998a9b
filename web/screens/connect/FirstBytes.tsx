import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.js';
import { recordedLabel } from '../../components/RecordedBar.js';
import { Ribbon } from '../../components/Ribbon.js';
import { kinds } from '../../kinds.js';
import { usePage } from '../../store/store.js';
import styles from './FirstBytes.module.css';

/** The first bytes that anybody sees here: of the recording that is on screen, and labelled as that. */
export function FirstBytes() {
  const { number, recording, steps } = usePage((page) => page.connection);
  const awaited = usePage(({ opening }) => opening?.kind === 'bundled');
  const [selected, setSelected] = useState(0);
  const key = steps.find(({ step, direction }) => step === 'key' && direction === 'sent');
  if (recording === undefined && !awaited) return null;
  // Over v1 the first bytes are no key.
  if (recording?.protocol === 'v1') return null;
  return (
    <section className={styles.first} aria-labelledby="first-bytes">
      <h2 id="first-bytes" className={styles.says}>
        64 bytes that look random: a public key in disguise.
      </h2>
      <div className={styles.bytes}>
        {key && recording && (
          <>
            <Ribbon
              key={number}
              label="The first bytes of this session"
              bytes={key.bytes}
              offset={key.offset}
              fields={key.fields.map((part) => ({ ...part, look: kinds[part.kind] }))}
              selected={selected}
              onSelect={setSelected}
            />
            <p className={styles.source}>
              {recordedLabel(recording)}. With these bytes a session
              {recording.kind === 'bundled' && ' with a real node'} began.
            </p>
          </>
        )}
      </div>
      <p className={styles.ways}>
        <Link href="/handshake?play" className={styles.play!}>
          Play the handshake
        </Link>
        <Button onClick={toForm}>Connect to a node</Button>
      </p>
    </section>
  );
}

function toForm(): void {
  document.getElementById('node-address')?.focus();
}
