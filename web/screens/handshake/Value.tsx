import { useState } from 'react';
import { toHex } from '../../../shared/bytes.js';
import { Button } from '../../components/Button.js';
import { HexGroups } from '../../components/HexGroups.js';
import { count } from '../../format.js';
import { reveal } from '../../store/client.js';
import type { SecretRef, ValueView } from '../../worker/protocol.js';
import styles from './Derivations.module.css';

const SHOWN_BYTES = 96;

/** A named value. A secret one shows itself on request, and is forgotten when hidden. */
export function Value({ value, secret }: { value: ValueView; secret: SecretRef }) {
  return (
    <li className={styles.value}>
      <span className={styles.name}>{value.name}</span>
      {value.secret ? <Secret value={value} secret={secret} /> : <Open value={value.value} />}
    </li>
  );
}

function Open({ value }: { value: ValueView['value'] }) {
  if (!(value instanceof Uint8Array)) return <code className={styles.hex}>{value}</code>;
  if (value.length === 0) return <span className={styles.note}>none</span>;
  return (
    <>
      <HexGroups className={styles.hex} hex={toHex(value.subarray(0, SHOWN_BYTES))} />
      {value.length > SHOWN_BYTES && (
        <span className={styles.note}>… {count(value.length, 'byte')} in all</span>
      )}
    </>
  );
}

function Secret({ value, secret }: { value: ValueView; secret: SecretRef }) {
  const [shown, setShown] = useState<Uint8Array | 'gone'>();
  const open = shown instanceof Uint8Array;
  // One button for both ways, so that it keeps the focus.
  return (
    <span className={styles.secret}>
      {open ? (
        <>
          <span className={styles.note}>Secret: whoever has it can read this session.</span>
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
      {shown === 'gone' && <span className={styles.note}>no longer kept: its session is gone</span>}
    </span>
  );
}
