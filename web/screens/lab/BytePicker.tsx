import { useRef, type KeyboardEvent } from 'react';
import { fieldAt, nameOf, type Break, type LabSession } from '../../../shared/lab/index.js';
import { Button } from '../../components/Button.js';
import field from '../../components/field.module.css';
import { FieldMark } from '../../components/FieldMark.js';
import { count, number } from '../../format.js';
import { BitPicker } from './BitPicker.js';
import styles from './BytePicker.module.css';
import { fieldName, lookOf, meaningOf } from './words.js';

const CHOSEN_ID = 'lab-byte';

export const focusByte = (): void => document.getElementById(CHOSEN_ID)?.focus();
export const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The bytes of the chosen field, one of them chosen, and its bits. Enter flips it. */
export function BytePicker(props: {
  session: LabSession;
  picked: Break;
  broken: Break | undefined;
  onPick: (change: Partial<Break>) => void;
  onFlip: () => void;
}) {
  const { session, picked, broken, onPick, onFlip } = props;
  const cells = useRef<(HTMLElement | null)[]>([]);
  const stream = session.streams[picked.sender];
  const part = fieldAt(stream, picked.offset)!;
  const step = stream.steps.find(({ fields }) => fields.includes(part))!;
  const look = lookOf(part, step);
  const bytes = stream.bytes.subarray(part.start, part.end);
  const at = picked.offset - part.start;
  const byte = bytes[at]!;

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (picked.mask !== 0) onFlip();
      return;
    }
    const last = bytes.length - 1;
    const target = {
      ArrowRight: Math.min(last, at + 1),
      ArrowLeft: Math.max(0, at - 1),
      ArrowDown: inColumn(cells.current.slice(0, bytes.length), at, 1),
      ArrowUp: inColumn(cells.current.slice(0, bytes.length), at, -1),
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onPick({ offset: part.start + target });
    cells.current[target]?.focus();
  };

  return (
    <section className={styles.picker} aria-labelledby="lab-picker">
      <h2 id="lab-picker" className={styles.title}>
        <FieldMark kind={look} />
        <span>
          {nameOf(picked.sender)}’s {fieldName(part, step)}
        </span>
        <span className={styles.size}>{count(bytes.length, 'byte')}</span>
      </h2>
      <p className={styles.meaning}>{meaningOf(part, picked.sender)}</p>
      <div className={styles.choice}>
        <div className={styles.bytes} role="listbox" aria-label="Bytes of the field" onKeyDown={press}>
          {Array.from(bytes, (value, index) => {
            const isBroken = broken?.sender === picked.sender && broken.offset === part.start + index;
            return (
              <span
                key={index}
                id={index === at ? CHOSEN_ID : undefined}
                ref={(element) => {
                  cells.current[index] = element;
                }}
                className={`${styles.byte} ${field.field} ${field[look.look]}`}
                role="option"
                aria-selected={index === at}
                aria-label={`byte ${part.start + index}: ${hexByte(value)}${isBroken ? ', broken' : ''}`}
                tabIndex={index === at ? 0 : -1}
                data-broken={isBroken ? '' : undefined}
                onClick={() => onPick({ offset: part.start + index })}
              >
                <span aria-hidden="true">{hexByte(value)}</span>
              </span>
            );
          })}
        </div>
        <div className={styles.flip}>
          <p>
            Byte {number(picked.offset)} of the {number(stream.bytes.length)} that {nameOf(picked.sender)}{' '}
            sends: <code>{hexByte(byte)}</code>
            {picked.mask !== 0 && (
              <>
                {' '}
                becomes <code>{hexByte(byte ^ picked.mask)}</code>
              </>
            )}
          </p>
          <BitPicker byte={byte} mask={picked.mask} onPick={(mask) => onPick({ mask })} />
          <Button primary onClick={onFlip} disabled={picked.mask === 0}>
            Flip it
          </Button>
        </div>
      </div>
    </section>
  );
}

/** The cell above or below, wherever rows happen to break. */
function inColumn(cells: readonly (HTMLElement | null)[], at: number, by: 1 | -1): number {
  const from = cells[at]?.offsetLeft;
  for (let index = at + by; index >= 0 && index < cells.length; index += by) {
    if (cells[index]?.offsetLeft === from) return index;
  }
  return at;
}
