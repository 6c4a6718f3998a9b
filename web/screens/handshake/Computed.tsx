import { since } from '../../format.js';
import type { StepView } from '../../worker/protocol.js';
import { Card } from './Card.js';
import { Derivations } from './Derivations.js';
import styles from './Step.module.css';

/** What both sides compute once both keys have crossed. Nothing of it is sent. */
export function Computed({ step }: { step: StepView }) {
  return (
    <Card
      direction="both"
      time={
        <span className={styles.time} aria-hidden="true">
          {since(step.at)}
        </span>
      }
      heading={
        <>
          <span className={styles.title}>Both sides compute the session’s keys</span>
          <span className={styles.size}>nothing is sent</span>
        </>
      }
      body={() => (
        <>
          <p className={styles.plain}>
            Each side multiplies its own private key with the other’s public key. Whoever only watched knows
            neither private key and cannot follow. If it is on the same network, the node computes the same
            values at its end.
          </p>
          <Derivations
            step={step.index}
            derivations={step.derivations}
            heading="From two keys to a session"
          />
        </>
      )}
    />
  );
}
