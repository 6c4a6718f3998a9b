import { useWaiting } from '../../components/Doing.js';
import styles from './Handshake.module.css';

/** The end of the timeline while it may still grow. */
export function Waiting({ text }: { text: string }) {
  const waiting = useWaiting();
  if (!waiting) return null;
  return (
    <li className={styles.waiting}>
      <p>{text}</p>
      <progress value={waiting.seconds} max={waiting.limit} aria-label="Time waited" />
    </li>
  );
}
