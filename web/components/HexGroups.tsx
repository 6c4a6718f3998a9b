import styles from './HexGroups.module.css';

/** Hex digits in groups of eight. The gaps are for the eye alone: selected or copied, the digits are one word. */
export function HexGroups(props: { hex: string; className?: string | undefined; testId?: string }) {
  const { hex, className = '', testId } = props;
  return (
    <code className={`${styles.hex} ${className}`} data-testid={testId}>
      {Array.from({ length: Math.ceil(hex.length / 8) }, (_, group) => (
        <span key={group} className={styles.group}>
          {hex.slice(8 * group, 8 * group + 8)}
        </span>
      ))}
    </code>
  );
}
