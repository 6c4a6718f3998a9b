import type { Ref } from 'react';
import { screens } from '../screens.js';
import { Button } from './Button.js';
import styles from './HelpDialog.module.css';

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  ...screens.map(({ key, name }) => [['g', key], `go to ${name}`] as const),
  [['←', '→'], 'the field before or after; in a tree → opens what is closed'],
  [['Enter'], 'opens or closes a field that has parts; in the Lab, flips the chosen byte'],
  [['↑', '↓'], 'the packet, message or step above or below, in the list'],
  [['p'], 'in Messages from an answer to its request, and from a request to its answer'],
  [['Shift', '↑', '↓'], 'chooses several messages, to save them; Ctrl A all that are shown'],
  [['1', '2', '3'], 'an open packet on the wire, as an observer sees it, decrypted'],
  [['[', ']'], 'the step before or after, of the handshake or in the Lab'],
  [['Space'], 'plays the handshake; pauses a list; or goes on'],
  [['c'], 'copies as hex the bytes of the open packet, message or step, or of the chosen field'],
  [['<', '>'], 'to another session'],
  [['/'], 'to the filter, or to the search of the Explorer'],
  [['Ctrl', 'Enter'], 'in Compose, sends, while you type, too'],
  [['?'], 'this help'],
  [['Esc'], 'close what is open'],
];

export function HelpDialog({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} className={styles.dialog} aria-labelledby="help-title" closedby="any">
      <h2 id="help-title">Keys</h2>
      <p>None of them acts while you type, but where that is said.</p>
      <dl className={styles.keys}>
        {keys.map(([combination, does]) => (
          <div key={does}>
            <dt>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <Button type="submit">Close</Button>
      </form>
    </dialog>
  );
}
