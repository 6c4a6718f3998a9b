import type { ReactNode } from 'react';
import { Link } from 'wouter';
// Types only: the glossary itself is loaded with the Reference screen.
import type { TermId } from '../screens/reference/glossary.js';
import styles from './Term.module.css';

/** A word where it first appears, as a link to its entry in the glossary: `<Term id="aad">AAD</Term>`. */
export function Term({ id, children }: { id: TermId; children: ReactNode }) {
  return (
    <Link href={`/reference/glossary/${id}`} className={styles.term!}>
      {children}
    </Link>
  );
}
