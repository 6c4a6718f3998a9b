import { useId, useState, type ReactNode } from 'react';
import styles from './Step.module.css';

/** One message between the lifelines: its time, a heading that opens it, and what it holds, made when it is open. */
export function Card(props: {
  direction: 'sent' | 'received';
  time: ReactNode;
  heading: ReactNode;
  openAtFirst?: boolean;
  body: () => ReactNode;
}) {
  const { direction, time, heading, openAtFirst = false, body } = props;
  const [open, setOpen] = useState(openAtFirst);
  const bodyId = useId();
  return (
    <li className={styles.item} data-direction={direction} data-open={open ? '' : undefined}>
      {time}
      <div className={styles.card}>
        <h3 className={styles.heading}>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={open}
            aria-controls={bodyId}
            onClick={() => setOpen(!open)}
          >
            {heading}
          </button>
        </h3>
        <div id={bodyId} className={styles.body} hidden={!open}>
          {open && body()}
        </div>
      </div>
    </li>
  );
}
