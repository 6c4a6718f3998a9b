import { Button } from '../../components/Button.js';
import type { Missing } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';

/** Why something is not here, and what to do next. */
export function MissingNotice(props: { missing: Missing; onAgain?: () => void; onAnyway?: () => void }) {
  const { title, text, next, offers } = props.missing;
  return (
    <section className={styles.missing} aria-label="No answer">
      <div role="status">
        <h2>{title}</h2>
        <p>{text}</p>
        <p>{next}</p>
      </div>
      {offers === 'retry' && props.onAgain && <Button onClick={props.onAgain}>Ask once more</Button>}
      {offers === 'anyway' && props.onAnyway && <Button onClick={props.onAnyway}>Ask anyway</Button>}
    </section>
  );
}

export const cancelled: Missing = {
  kind: 'missing',
  code: 'ended',
  title: 'Cancelled',
  text: 'Nobody waits for this answer any more. If it comes nevertheless, it is among the messages.',
  next: 'Look something else up, or ask once more.',
  offers: 'retry',
};

export const notLoaded: Missing = {
  kind: 'missing',
  code: 'ended',
  title: 'The Explorer could not be loaded',
  text: 'A part of this page is not here: what served it may be gone.',
  next: 'Start the bridge again, then ask once more.',
  offers: 'retry',
};
