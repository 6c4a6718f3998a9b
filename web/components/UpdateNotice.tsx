import { useState } from 'react';
import { useOffline } from '../store/offline.js';
import { isLive, usePage } from '../store/store.js';
import { Button } from './Button.js';
import styles from './UpdateNotice.module.css';

/** Says that a newer version of the page is there. When to take it is for the person to say: a session ends with it. */
export function UpdateNotice() {
  const newer = useOffline((offline) => offline.newer);
  const live = usePage(({ connection }) => isLive(connection.state));
  const [later, setLater] = useState(false);
  return (
    <div role="status">
      {newer && !later && (
        <div className={styles.notice}>
          <p>
            A new version is ready.
            {live && <span className={styles.soft}> Loading it ends the session.</span>}
          </p>
          <div className={styles.choices}>
            <Button onClick={() => location.reload()}>Reload</Button>
            <Button onClick={() => setLater(true)}>Later</Button>
          </div>
        </div>
      )}
    </div>
  );
}
