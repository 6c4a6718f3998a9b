import { toHex } from '../../../shared/bytes.js';
import { HexGroups } from '../../components/HexGroups.js';
import { count } from '../../format.js';
import type { DerivationView, SecretRef, ValuePlace, ValueView } from '../../worker/protocol.js';
import styles from './Derived.module.css';
import { Secret } from './Secret.js';

const words: { readonly [id: string]: readonly [title: string, plain: string] } = {
  'packet-length': [
    'Length (FSChaCha20)',
    'Three bytes of the length cipher’s own key stream, which goes on from packet to packet within an epoch.',
  ],
  'packet-aead': [
    'Header, contents and tag (FSChaCha20Poly1305)',
    'Encryption and authentication in one, under a nonce that no other packet of these keys has.',
  ],
  'rekey-length': [
    'The next length key',
    'The 32 bytes of key stream that follow those of the 224 lengths; the old key is forgotten.',
  ],
  'rekey-packet': [
    'The next packet key',
    'What 32 zero bytes encrypt to, under the old key and a nonce that counts no packet: FFFFFFFF ‖ LE64(epoch).',
  ],
};
const SHOWN_BYTES = 48;

/** How values came about: inputs, then outputs, one derivation below the other. */
export function Derived(props: {
  heading: string;
  derivations: readonly DerivationView[];
  secretAt: (place: ValuePlace) => SecretRef;
}) {
  return (
    <section className={styles.derived}>
      <h3 className={styles.heading}>{props.heading}</h3>
      {props.derivations.map(({ id, source, inputs, outputs }, derivation) => {
        const [title, plain] = words[id] ?? [id, ''];
        const values = (side: ValuePlace['side'], all: readonly ValueView[]) => (
          <ul className={styles[side]} aria-label={`${title}: ${side}`}>
            {all.map((value, index) => (
              <li key={value.name} className={styles.value}>
                <span className={styles.name}>{value.name}</span>
                {value.secret ? (
                  <Secret value={value} secret={props.secretAt({ derivation, side, index })} />
                ) : (
                  <Open {...value} />
                )}
              </li>
            ))}
          </ul>
        );
        return (
          <div key={id} className={styles.derivation}>
            <h4 className={styles.title}>{title}</h4>
            <p className={styles.plain}>
              {plain} <span className={styles.source}>{source}</span>
            </p>
            {values('inputs', inputs)}
            {values('outputs', outputs)}
          </div>
        );
      })}
    </section>
  );
}

function Open({ value, length = 0 }: ValueView) {
  if (!(value instanceof Uint8Array)) return <code className={styles.hex}>{value}</code>;
  if (length === 0) return <span className={styles.note}>none</span>;
  return (
    <span>
      <HexGroups className={styles.hex} hex={toHex(value.subarray(0, SHOWN_BYTES))} />
      {length > SHOWN_BYTES && <span className={styles.note}> … {count(length, 'byte')} in all</span>}
    </span>
  );
}
