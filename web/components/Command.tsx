import { CopyButton } from './CopyButton.js';
import styles from './Command.module.css';

/** A command for a terminal, whole and copyable. */
export function Command({ text }: { text: string }) {
  return (
    <div className={styles.command}>
      <code>{text}</code>
      <CopyButton text={text} label="Copy" />
    </div>
  );
}
