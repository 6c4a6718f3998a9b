import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.js';
import { NO_ANSWER_MS } from '../../worker/limits.js';
import styles from './Explorer.module.css';

const LIMIT = NO_ANSWER_MS / 1000;

/** That the node is asked; after a second also for how long, and a way out. */
export function Waiting({ words, onCancel }: { words: string; onCancel: () => void }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles.waiting}>
      <span role="status">{words} …</span>
      {seconds > 0 && (
        <>
          <code>
            {seconds > LIMIT
              ? `${seconds} s, and it still sends`
              : `${seconds} of at most ${LIMIT} s of silence`}
          </code>
          <Button onClick={onCancel}>Cancel</Button>
        </>
      )}
    </div>
  );
}
