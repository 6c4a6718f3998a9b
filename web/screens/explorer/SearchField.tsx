import { useEffect, useId, useState, type FormEvent } from 'react';
import { Button } from '../../components/Button.js';
import { FILTER_ID } from '../../keys.js';
import { goTo } from '../../route.js';
import styles from './Explorer.module.css';
import { blockPath, soughtOf, transactionPath } from './place.js';
import { useAnswer } from './useAnswer.js';
import { Waiting } from './Waiting.js';

/** One field for everything that has a page here. */
export function SearchField() {
  const id = useId();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [hash, setHash] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const sought = soughtOf(text);
    setHash(undefined);
    setProblem(sought ? undefined : text.trim() === '' ? empty : neither);
    if (sought === undefined) return;
    if ('height' in sought) goTo(blockPath(sought.height));
    else setHash(sought.hash);
  };
  return (
    <search className={styles.search}>
      <form className={styles.searchForm} onSubmit={submit} noValidate>
        <label htmlFor={FILTER_ID} className="visually-hidden">
          Look up
        </label>
        <input
          id={FILTER_ID}
          type="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="height, block hash or transaction id"
          aria-describedby={problem ? `${id}-problem` : undefined}
          aria-invalid={problem !== undefined}
          aria-keyshortcuts="/"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
        />
        <Button type="submit">Look up</Button>
      </form>
      {problem && (
        <p id={`${id}-problem`} role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {hash !== undefined && <Find key={hash} hash={hash} onDone={() => setHash(undefined)} />}
    </search>
  );
}

const empty = 'Type a height, a block hash or a transaction id.';
const neither =
  'This is neither: a height is a whole number; a block hash or a transaction id is 64 hex digits.';

/** Finds out what a hash is of, and goes there. */
function Find({ hash, onDone }: { hash: string; onDone: () => void }) {
  const found = useAnswer('exploreFind', { hash });
  const is = found.state === 'answered' ? (found.answer?.is ?? 'block') : undefined;
  useEffect(() => {
    if (is === undefined) return;
    goTo(is === 'block' ? blockPath(hash) : transactionPath(hash));
    onDone();
  }, [is, hash, onDone]);
  useEffect(() => {
    if (found.state === 'cancelled') onDone();
  }, [found.state, onDone]);
  return found.state === 'asking' ? <Waiting words="Looking for it" onCancel={found.cancel} /> : null;
}
