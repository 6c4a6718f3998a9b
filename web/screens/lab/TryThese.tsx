import { useMemo } from 'react';
import { Link } from 'wouter';
import type { LabSession } from '../../../shared/lab/index.js';
import { FieldMark } from '../../components/FieldMark.js';
import { kinds } from '../../kinds.js';
import styles from './Break.module.css';
import { breakLink } from './link.js';
import { triesOf } from './tries.js';

export function TryThese({ session }: { session: LabSession }) {
  const tries = useMemo(() => triesOf(session), [session]);
  return (
    <ul className={styles.tries} aria-label="Try these">
      {tries.map(({ kind, label, broken }) => (
        <li key={label}>
          <Link className={styles.try!} href={breakLink(broken)}>
            <FieldMark kind={kinds[kind]} />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}
