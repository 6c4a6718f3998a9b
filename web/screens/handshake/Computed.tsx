import { useId, useState } from 'react';
import { since } from '../../format.js';
import type { StepView } from '../../worker/protocol.js';
import { Derivations } from './Derivations.js';
import styles from './Step.module.css';

/** What both sides compute once both keys have crossed. Nothing of it is sent. */
export function Computed({ step }: { step: StepView }) {
  const [open, setOpen] = useState(false);
  const body = useId();
  return (
    <li className={styles.item} data-direction="both" data-open={open ? '' : undefined}>
      <span className={styles.time} aria-hidden="true">
        {since(step.at)}
      </span>
      <div className={styles.card}>
        <h3 className={styles.heading}>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={open}
            aria-controls={body}
            onClick={() => setOpen(!open)}
          >
            <span className={styles.title}>Both sides compute the session’s keys</span>
            <span className={styles.size}>nothing is sent</span>
          </button>
        </h3>
        <div id={body} className={styles.body} hidden={!open}>
          {open && (
            <>
              <p className={styles.plain}>
                Each side multiplies its own private key with the other’s public key. Whoever only watched
                knows neither private key and cannot follow. If it is on the same network, the node computes
                the same values at its end.
              </p>
              <Derivations
                step={step.index}
                derivations={step.derivations}
                heading="From two keys to a session"
              />
            </>
          )}
        </div>
      </div>
    </li>
  );
}
