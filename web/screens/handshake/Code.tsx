import { CopyButton } from '../../components/CopyButton.js';
import { number } from '../../format.js';
import { usePage } from '../../store/store.js';
import { useRevealed } from './revealed.js';
import { snippetOf } from './reproduce.js';
import { textOf } from './snippet.js';
import type { LessonStep } from './steps.js';
import { printed, Secret } from './Value.js';
import styles from './Reproduce.module.css';

/** Of one run of hex digits; the rest is copied, not shown. */
const SHOWN_DIGITS = 128;

export function Code({ lesson, step }: { lesson: readonly LessonStep[]; step: LessonStep }) {
  const network = usePage(({ connection }) => connection.network ?? 'regtest');
  const revealed = useRevealed();
  const snippet = snippetOf(step, { lesson, network });
  if (snippet === undefined) return <p>Nothing can be computed from these bytes.</p>;
  const text = textOf(snippet, (name) => {
    const bytes = revealed.get(name);
    return bytes instanceof Uint8Array ? bytes : undefined;
  });
  const shown = shortened(text);
  return (
    <div className={styles.body}>
      <p>
        For Node, with the package <code>peerglass</code> installed; it computes this step anew from this
        session’s values.
        {snippet.secrets.length > 0 && ' It needs a secret, which stands in it once you reveal it:'}
      </p>
      {snippet.secrets.length > 0 && (
        <ul className={styles.secrets}>
          {snippet.secrets.map(({ name, ref }) => (
            <li key={name}>
              <span>{printed(name)}</span> <Secret name={name} at={ref} purpose="for the code" />
            </li>
          ))}
        </ul>
      )}
      <pre className={styles.code} tabIndex={0} role="region" aria-label="Code">
        <code>{shown}</code>
      </pre>
      <p className={styles.foot}>
        <CopyButton label="Copy code" text={text} />
        {shown !== text && <span>Long values are shortened here, and copied whole.</span>}
      </p>
    </div>
  );
}

function shortened(text: string): string {
  return text.replaceAll(/[0-9a-f]{129,}/g, (digits) => {
    const bytes = number(digits.length / 2);
    return `${digits.slice(0, SHOWN_DIGITS / 2)}… ${bytes} bytes …${digits.slice(-16)}`;
  });
}
