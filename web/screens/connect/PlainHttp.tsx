import styles from './Connect.module.css';

/** What is missing at an address that the browser does not call secure: plain HTTP, from another machine. */
export function PlainHttp() {
  if (isSecureContext) return null;
  return (
    <aside className={styles.foot} aria-label="Over plain HTTP">
      <p>
        This page came over plain HTTP from another machine. Sessions work, but this browser does not keep the
        page for use offline and lets no button copy; and whoever is on the way could have altered the page
        itself. With HTTPS, or from this machine (<code>http://127.0.0.1</code>, through an SSH tunnel too),
        nothing is missing.
      </p>
    </aside>
  );
}
