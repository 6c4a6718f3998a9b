import { Link } from 'wouter';
import { CopyButton } from '../../components/CopyButton.js';
import styles from './Explorer.module.css';
import { ends } from './words.js';

/** A hash whole, to be copied. */
export function WholeHash({ hash, what }: { hash: string; what: string }) {
  return (
    <p className={styles.whole}>
      <code>{hash}</code> <CopyButton text={hash} label={`Copy ${what}`} />
    </p>
  );
}

/** A hash as a link: whole where there is room, by its ends elsewhere. */
export function HashLink(props: { hash: string; to: string; tabIndex?: number; suffix?: string }) {
  const { hash, to, tabIndex, suffix = '' } = props;
  return (
    <Link href={to} className={styles.hash!} tabIndex={tabIndex}>
      <code className={styles.all}>
        {hash}
        {suffix}
      </code>
      <code className={styles.ends}>
        {ends(hash)}
        {suffix}
      </code>
    </Link>
  );
}
