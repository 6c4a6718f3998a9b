import { wordsOfDerivation } from './lesson.js';
import type { LessonDerivation, LessonValue } from './steps.js';
import { Value } from './Value.js';
import styles from './Derivations.module.css';

export interface Choice {
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** Inputs → outputs, one derivation after the other. */
export function Derivations(props: { derivations: readonly LessonDerivation[] } & Choice) {
  const { derivations, ...choice } = props;
  return (
    <ol className={styles.list}>
      {derivations.map((derivation) => {
        const { title, plain } = wordsOfDerivation(derivation.id);
        return (
          <li key={derivation.id} className={styles.derivation}>
            <div>
              <h4 className={styles.title}>{title}</h4>
              <p className={styles.plain}>{plain}</p>
            </div>
            <div className={styles.flow}>
              <Values label={`${title}: inputs`} values={derivation.inputs} {...choice} />
              <span className={styles.arrow} aria-hidden="true" />
              <Values label={`${title}: outputs`} values={derivation.outputs} {...choice} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Values({ label, values, ...choice }: { label: string; values: readonly LessonValue[] } & Choice) {
  return (
    <ul className={styles.values} aria-label={label}>
      {values.map((value) => (
        <li key={value.view.name}>
          <Value value={value} {...choice} />
        </li>
      ))}
    </ul>
  );
}
