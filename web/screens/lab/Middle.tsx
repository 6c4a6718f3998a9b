import { useEffect, useMemo, useState } from 'react';
import { mallorySession } from '../../../shared/lab/index.js';
import { systemRandom } from '../../../shared/random.js';
import { Button } from '../../components/Button.js';
import { HexGroups } from '../../components/HexGroups.js';
import { goTo } from '../../route.js';
import styles from './Middle.module.css';
import { people, personName, stepsOf, type Sight } from './middle-steps.js';
import { SessionIds } from './SessionIds.js';

const SEED_BYTES = 32;

/** Alice, Mallory and Bob, step by step. @param step counts from 1; what is beyond the last is the last */
export function Middle({ step, asked }: { step: number; asked: string | undefined }) {
  const [seed, setSeed] = useState(() => systemRandom(SEED_BYTES));
  const session = useMemo(() => mallorySession(seed), [seed]);
  const steps = useMemo(() => stepsOf(session), [session]);
  const at = Math.min(Math.max(step, 1), steps.length);
  const shown = steps[at - 1]!;
  const last = at === steps.length;
  const show = (next: number) => goTo(`/lab/mallory/${next}`, { replace: true });
  useStepKeys(at, steps.length, show);

  return (
    <div className={styles.experiment}>
      <p>
        BIP324 keeps out whoever only listens. It does not say who is at the other end: somebody on the way
        can answer for both. Step through it.
      </p>
      {asked !== undefined && asked !== String(at) && (
        <p role="status">
          There is no step “{asked}” here: the steps are numbered 1 to {steps.length}.
        </p>
      )}
      {/* At the first and the last step a button only seems disabled, so that it keeps the focus. */}
      <div className={styles.controls}>
        <Button onClick={() => show(Math.max(1, at - 1))} aria-disabled={at === 1} aria-keyshortcuts="[">
          Back
        </Button>
        <Button
          onClick={() => show(Math.min(steps.length, at + 1))}
          aria-disabled={last}
          aria-keyshortcuts="]"
        >
          Next step
        </Button>
        <span className={styles.count}>
          step {at} of {steps.length}
        </span>
        <Button className={styles.again} onClick={() => setSeed(systemRandom(SEED_BYTES))}>
          Run again with new keys
        </Button>
      </div>
      <ol className={styles.steps} aria-label="Steps">
        {steps.map(({ short }, index) => (
          <li key={`${index} ${short}`}>
            <button
              type="button"
              className={styles.step}
              aria-current={index + 1 === at ? 'step' : undefined}
              onClick={() => show(index + 1)}
            >
              <span className={styles.index}>{index + 1}</span> {short}
            </button>
          </li>
        ))}
      </ol>
      <div className={styles.heading} role="status">
        <h2>{shown.title}</h2>
        <p>{shown.plain}</p>
      </div>
      <div className={styles.columns}>
        {people.map((person) => (
          <section
            key={person}
            className={styles.column}
            data-person={person}
            aria-label={personName(person)}
          >
            <h3>{personName(person)}</h3>
            <Seen sight={shown.sights[person]} />
          </section>
        ))}
      </div>
      {last && <SessionIds session={session} />}
    </div>
  );
}

function Seen({ sight }: { sight: Sight }) {
  return (
    <>
      <p data-idle={sight.details.length === 0 ? '' : undefined}>{sight.says}</p>
      {sight.details.length > 0 && (
        <dl className={styles.details}>
          {sight.details.map(({ name, text, hex }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{hex ? <HexGroups className={styles.hex} hex={text} /> : text}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** `[` and `]` go back and forth, wherever the focus is, unless somebody types or a dialog is open. */
function useStepKeys(at: number, last: number, show: (step: number) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const { target } = event;
      if (target instanceof HTMLElement && target.matches('input, select, textarea')) return;
      const next = { '[': at - 1, ']': at + 1 }[event.key];
      if (next === undefined || next < 1 || next > last) return;
      event.preventDefault();
      show(next);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [at, last, show]);
}
