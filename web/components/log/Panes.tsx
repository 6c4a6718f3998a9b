import type { ReactNode } from 'react';
import { Button } from '../Button.js';
import styles from './Panes.module.css';

/** A list, and beside it (or where it is narrow, in a sheet below) what is open of it. */
export function Panes({ list, open }: { list: ReactNode; open: ReactNode }) {
  return (
    <div className={styles.panes} data-open={open ? '' : undefined}>
      {list}
      {open}
    </div>
  );
}

/** One row of the list, opened. */
export function Pane(props: { label: string; title: ReactNode; onClose: () => void; children: ReactNode }) {
  const { label, title, onClose, children } = props;
  return (
    <section
      className={styles.pane}
      aria-label={label}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className={styles.head}>
        <h2>{title}</h2>
        <Button onClick={onClose}>Close</Button>
      </div>
      {children}
    </section>
  );
}
