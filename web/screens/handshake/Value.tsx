import { toHex } from '../../../shared/bytes.js';
import { CopyButton } from '../../components/CopyButton.js';
import { Button } from '../../components/Button.js';
import { HexGroups } from '../../components/HexGroups.js';
import { count } from '../../format.js';
import type { StepSecret, ValueView } from '../../worker/protocol.js';
import { useRevealed } from './revealed.js';
import type { LessonValue } from './steps.js';
import { elementOf } from './useLesson.js';
import styles from './Value.module.css';

const SHOWN_BYTES = 96;

/** A named value, which its link chooses. A secret one shows itself on request, and is forgotten when hidden. */
export function Value(props: {
  value: LessonValue;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}) {
  const { value, chosen, onChoose } = props;
  const { id, view, ref } = value;
  const here = id !== undefined && id === chosen;
  const name = printed(view.name);
  return (
    <div className={styles.value} data-selected={here ? '' : undefined}>
      {id === undefined ? (
        <span className={styles.name}>{name}</span>
      ) : (
        <button
          type="button"
          id={elementOf(id)}
          className={styles.name}
          aria-pressed={here}
          onClick={() => onChoose(id)}
        >
          {name}
        </button>
      )}
      {view.secret ? <Secret name={view.name} view={view} at={ref} /> : <Open value={view.value} />}
      {here && !view.secret && view.value instanceof Uint8Array && (
        <CopyButton text={toHex(view.value)} label="Copy its hex" byKey />
      )}
    </div>
  );
}

/** A name of the trace, as it is printed for people. */
export const printed = (name: string): string => name.replaceAll("'", '’');

function Open({ value }: { value: ValueView['value'] }) {
  if (!(value instanceof Uint8Array)) return <code className={styles.hex}>{value}</code>;
  if (value.length === 0) return <span className={styles.note}>none</span>;
  return (
    <>
      <HexGroups className={styles.hex} hex={toHex(value.subarray(0, SHOWN_BYTES))} />
      {value.length > SHOWN_BYTES && (
        <span className={styles.note}>… {count(value.length, 'byte')} in all</span>
      )}
    </>
  );
}

/**
 * @param props.at where it stands in the trace
 * @param props.purpose what it is revealed for, where it stands a second time
 */
export function Secret(props: { name: string; view?: ValueView; at: StepSecret; purpose?: string }) {
  const { name, view, at, purpose } = props;
  const revealed = useRevealed();
  const shown = revealed.get(name);
  const open = shown instanceof Uint8Array;
  // One button for both ways, so that it keeps the focus.
  return (
    <span className={styles.secret}>
      {open ? (
        <>
          <HexGroups className={styles.hex} hex={toHex(shown)} />
          <span className={styles.note}>Secret: whoever has it can read this session.</span>
        </>
      ) : (
        <span className={styles.veil}>
          secret{view?.length !== undefined && `, ${count(view.length, 'byte')}`}
        </span>
      )}
      <Button
        aria-label={[open ? 'Hide' : 'Reveal', 'the', printed(name), purpose].filter(Boolean).join(' ')}
        onClick={() => (open ? revealed.hide(name) : revealed.show(name, at))}
      >
        {open ? 'Hide' : 'Reveal'}
      </Button>
      {shown === 'gone' && (
        <span className={styles.note}>not there: its session is gone, or was saved without it</span>
      )}
    </span>
  );
}
