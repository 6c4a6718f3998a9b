import type { ReactNode } from 'react';
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
