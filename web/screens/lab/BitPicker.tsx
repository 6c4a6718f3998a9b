import styles from './BytePicker.module.css';

const BITS = [7, 6, 5, 4, 3, 2, 1, 0];

/** The eight bits of a byte, the highest first; what is chosen flips. */
export function BitPicker(props: { byte: number; mask: number; onPick: (mask: number) => void }) {
  const { byte, mask, onPick } = props;
  return (
    <fieldset className={styles.bits}>
      <legend>Bits to flip</legend>
      {BITS.map((bit) => {
        const value = (byte >> bit) & 1;
        const flips = ((mask >> bit) & 1) === 1;
        return (
          <button
            key={bit}
            type="button"
            className={styles.bit}
            aria-pressed={flips}
            onClick={() => onPick(mask ^ (1 << bit))}
          >
            <span>
              <span className="visually-hidden">bit {bit}: </span>
              {value}
            </span>
            <span className={styles.new} aria-hidden={flips ? undefined : true}>
              {flips && <span className="visually-hidden"> becomes </span>}
              {flips ? 1 - value : '·'}
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}
