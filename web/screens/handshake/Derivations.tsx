import type { DerivationView, SecretRef } from '../../worker/protocol.js';
import { wordsOfDerivation } from './lesson.js';
import { Value } from './Value.js';
import styles from './Derivations.module.css';

/** Inputs → outputs, one derivation after the other. */
export function Derivations(props: {
  step: number;
  derivations: readonly DerivationView[];
  heading: string;
}) {
  return (
    <section className={styles.derivations}>
      <h4 className={styles.heading}>{props.heading}</h4>
      <ol className={styles.list}>
        {props.derivations.map((derivation, index) => {
          const { title, plain } = wordsOfDerivation(derivation.id);
          const at = (side: SecretRef['side'], value: number): SecretRef => ({
            step: props.step,
            derivation: index,
            side,
            index: value,
          });
          return (
            <li key={derivation.id} className={styles.derivation}>
              <div className={styles.words}>
                <h5 className={styles.title}>{title}</h5>
                <p className={styles.plain}>{plain}</p>
                <p className={styles.source}>{derivation.source}</p>
              </div>
              <ul className={styles.values} aria-label={`${title}: inputs`}>
                {derivation.inputs.map((value, i) => (
                  <Value key={value.name} value={value} secret={at('inputs', i)} />
                ))}
              </ul>
              <span className={styles.arrow} aria-hidden="true" />
              <ul className={styles.values} aria-label={`${title}: outputs`}>
                {derivation.outputs.map((value, i) => (
                  <Value key={value.name} value={value} secret={at('outputs', i)} />
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
