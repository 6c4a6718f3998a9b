import { useState } from 'react';
import { Button } from '../../components/Button.js';
import { count, hexGroups } from '../../format.js';
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
      <Hex bytes={value.subarray(0, SHOWN_BYTES)} />
      {value.length > SHOWN_BYTES && (
        <span className={styles.note}>… {count(value.length, 'byte')} in all</span>
      )}
    </>
  );
}

function Secret({ value, secret }: { value: ValueView; secret: SecretRef }) {
  const [shown, setShown] = useState<Uint8Array | 'gone'>();
  if (shown === undefined) {
    return (
      <span className={styles.secret}>
        <span className={styles.veil}>secret, {count(value.length ?? 0, 'byte')}</span>
        <Button
          aria-label={`Reveal the ${value.name}`}
          onClick={() => void reveal(secret).then((bytes) => setShown(bytes ?? 'gone'))}
        >
          Reveal
        </Button>
      </span>
    );
  }
  if (shown === 'gone')
    return <span className={styles.note}>no longer kept: its session was replaced by another</span>;
  return (
    <span className={styles.revealed}>
      <span className={styles.note}>Secret: whoever has it can read this session.</span>
      <Hex bytes={shown} />
      <Button aria-label={`Hide the ${value.name}`} onClick={() => setShown(undefined)}>
        Hide
      </Button>
    </span>
  );
}

function Hex({ bytes }: { bytes: Uint8Array }) {
  return (
    <code className={styles.hex}>
      {hexGroups(bytes, 4).map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </code>
  );
}
