import styles from './SessionId.module.css';

/** The whole id: 64 hex digits. The groups are gaps for the eye only; the text copies without them. */
export function SessionId({ id }: { id: string }) {
  return (
    <code className={styles.id} data-testid="session-id">
      {Array.from({ length: Math.ceil(id.length / 8) }, (_, group) => (
        <span key={group}>{id.slice(8 * group, 8 * group + 8)}</span>
      ))}
    </code>
  );
}
