import { useEffect, useId, useRef, type FormEvent } from 'react';
import { goTo } from '../route.js';
import { openWithKey } from '../store/client.js';
import { usePage } from '../store/store.js';
import { Button } from './Button.js';
import styles from './AccessKeyForm.module.css';

/**
 * For a bridge that asks for an access key. What is typed goes to the worker, which keeps it as long as the tab lives;
 * it is in no URL, no storage and no recording.
 * @param again one was typed, and it was wrong
 */
export function AccessKeyForm({ again }: { again: boolean }) {
  const target = usePage((page) => page.connection.target);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (again) input.current?.focus({ preventScroll: true });
  }, [again]);
  if (target === undefined) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = input.current?.value ?? '';
    if (key === '') return input.current?.focus();
    openWithKey(target, key);
    goTo('/handshake');
    // The form goes with the notice, and must not take the focus along.
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <label htmlFor={id}>Access key</label>
      <div className={styles.row}>
        <input
          ref={input}
          id={id}
          className={styles.input}
          type="password"
          maxLength={256}
          aria-describedby={`${id}-kept`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="go"
        />
        <Button primary type="submit">
          Connect with it
        </Button>
      </div>
      <p id={`${id}-kept`} className={styles.kept}>
        It stays in this tab until you close it, and is sent to this bridge alone.
      </p>
    </form>
  );
}
