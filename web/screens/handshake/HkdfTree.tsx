import type { ReactNode } from 'react';
import { toHex } from '../../../shared/bytes.js';
import type { ValueView } from '../../worker/protocol.js';
import { wordsOfDerivation } from './lesson.js';
import type { Choice } from './Derivations.js';
import type { LessonDerivation } from './steps.js';
import { Value } from './Value.js';
import styles from './HkdfTree.module.css';

/** From the shared secret to every output: extract is the trunk, each expansion a branch under its info. */
export function HkdfTree({ derivations, ...choice }: { derivations: readonly LessonDerivation[] } & Choice) {
  const [extract, ...expansions] = derivations;
  if (extract === undefined) return null;
  return (
    <div className={styles.tree}>
      <ul className={styles.roots} aria-label="HKDF extract: inputs">
        {extract.inputs.map((value) => (
          <li key={value.view.name}>
            <Value value={value} {...choice} />
            {value.view.name === 'salt' && <Salt bytes={value.view.value} />}
          </li>
        ))}
      </ul>
      <ul>
        <Branch label={<>extract</>} note={wordsOfDerivation(extract.id).plain}>
          {extract.outputs.map((value) => (
            <Value key={value.view.name} value={value} {...choice} />
          ))}
          <ul className={styles.branches} aria-label="HKDF expand: outputs">
            {expansions.map(({ id, outputs }) => {
              const { title, plain } = wordsOfDerivation(id);
              return (
                <Branch key={id} label={<>expand “{title}”</>} note={plain}>
                  {outputs.map((value) => (
                    <Value key={value.view.name} value={value} {...choice} />
                  ))}
                </Branch>
              );
            })}
          </ul>
        </Branch>
      </ul>
    </div>
  );
}

/** The salt as what it is: a text, and the network's magic behind it. */
function Salt({ bytes }: { bytes: ValueView['value'] }) {
  if (!(bytes instanceof Uint8Array)) return null;
  const text = String.fromCharCode(...bytes.subarray(0, -MAGIC_BYTES));
  return (
    <p className={`${styles.note} ${styles.salt}`}>
      “{text}” in ASCII, then the network’s magic, <code>{toHex(bytes.subarray(-MAGIC_BYTES))}</code>
    </p>
  );
}

const MAGIC_BYTES = 4;

function Branch({ label, note, children }: { label: ReactNode; note: string; children: ReactNode }) {
  return (
    <li className={styles.branch}>
      <p className={styles.label}>
        <code>{label}</code>
      </p>
      <p className={styles.note}>{note}</p>
      {children}
    </li>
  );
}
