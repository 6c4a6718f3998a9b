import { useState } from 'react';
import { toHex } from '../../../shared/bytes.js';
import { Button } from '../../components/Button.js';
import { HexGroups } from '../../components/HexGroups.js';
import { count } from '../../format.js';
import { reveal } from '../../store/client.js';
import type { SecretRef, ValueView } from '../../worker/protocol.js';
import styles from './Derived.module.css';

/** A secret value shows itself on request, and is forgotten when hidden. */
export function Secret({ value, secret }: { value: ValueView; secret: SecretRef }) {
  const [shown, setShown] = useState<Uint8Array | 'gone'>();
  const open = shown instanceof Uint8Array;
  // One button for both ways, so that it keeps the focus.
  return (
    <span className={styles.secret}>
      {open ? (
        <>
          <span className={styles.note}>Secret: whoever has it can read these packets.</span>
          <HexGroups className={styles.hex} hex={toHex(shown)} />
        </>
      ) : (
        <span className={styles.veil}>secret, {count(value.length ?? 0, 'byte')}</span>
      )}
      <Button
        aria-label={`${open ? 'Hide' : 'Reveal'} the ${value.name}`}
        onClick={() =>
          open ? setShown(undefined) : void reveal(secret).then((bytes) => setShown(bytes ?? 'gone'))
        }
      >
        {open ? 'Hide' : 'Reveal'}
      </Button>
      {shown === 'gone' && <span className={styles.note}>No longer kept.</span>}
    </span>
  );
}
