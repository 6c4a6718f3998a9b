import type { Kind } from '../kinds.js';
import styles from './field.module.css';

/** The letter of a kind of field in its colour and pattern. */
export function FieldMark({ kind }: { kind: Kind }) {
  return (
    <span className={`${styles.field} ${styles[kind.look]} ${styles.mark}`} aria-hidden="true">
      {kind.letter}
    </span>
  );
}
