import type { Check } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';

const words = { holds: 'holds', fails: 'fails', none: 'not checked' } as const;

/** What this tab has verified by itself. */
export function Checks({ checks }: { checks: readonly (Check & { readonly name: string })[] }) {
  if (checks.length === 0) return null;
  return (
    <section className={styles.part} aria-labelledby="checks">
      <h2 id="checks">Checked in this tab</h2>
      <dl className={styles.checks}>
        {checks.map(({ name, outcome, says }) => (
          <div key={name} data-outcome={outcome}>
            <dt>{name}</dt>
            <dd>
              <strong>{words[outcome]}</strong> {says}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
