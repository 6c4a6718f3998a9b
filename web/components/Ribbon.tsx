import { useRef, useState, type KeyboardEvent } from 'react';
import type { TraceField } from '../../shared/bip324/trace.js';
import { count } from '../format.js';
import type { Kind } from '../kinds.js';
import { Button } from './Button.js';
import field from './field.module.css';
import styles from './Ribbon.module.css';

export interface RibbonField extends TraceField {
  readonly look: Kind;
}

/** Of each field: a span a byte is what a page can bear of so many, and no more. */
const SHOWN_AT_FIRST = 128;
const SHOWN_AT_MOST = 8192;
const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/**
 * Bytes as a person reads them: fields take focus, not bytes. One field is in the tab order; ←/→ move between them.
 * @param offset of the first byte in its stream, the one that fields' ranges count from
 */
export function Ribbon(props: {
  label: string;
  bytes: Uint8Array;
  offset: number;
  fields: readonly RibbonField[];
  selected: number;
  onSelect: (index: number) => void;
}) {
  const { bytes, offset, fields, selected, onSelect } = props;
  const runs = useRef<(HTMLSpanElement | null)[]>([]);
  const [whole, setWhole] = useState(false);
  const limit = whole ? SHOWN_AT_MOST : SHOWN_AT_FIRST;
  const beyond = (most: number) =>
    fields.reduce((sum, { start, end }) => sum + Math.max(0, end - start - most), 0);
  const never = beyond(SHOWN_AT_MOST);
  const more = whole ? 0 : beyond(SHOWN_AT_FIRST) - never;

  const move = (event: KeyboardEvent) => {
    const last = fields.length - 1;
    const target = {
      ArrowRight: Math.min(last, selected + 1),
      ArrowLeft: Math.max(0, selected - 1),
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onSelect(target);
    runs.current[target]?.focus();
  };

  return (
    <div className={styles.frame}>
      <div
        className={styles.ribbon}
        role="listbox"
        aria-orientation="horizontal"
        aria-label={props.label}
        onKeyDown={move}
      >
        {fields.map((part, index) => {
          const end = Math.min(part.end, part.start + limit);
          return (
            <span
              key={part.id}
              ref={(element) => {
                runs.current[index] = element;
              }}
              className={styles.run}
              role="option"
              aria-selected={index === selected}
              tabIndex={index === selected ? 0 : -1}
              onClick={() => onSelect(index)}
            >
              <span className={`visually-hidden ${styles.name}`}>
                {part.look.letter}, {part.look.label}, {count(part.end - part.start, 'byte')}
              </span>
              {Array.from(bytes.subarray(part.start - offset, end - offset), (byte, at) => (
                <span
                  key={at}
                  aria-hidden="true"
                  className={`${styles.byte} ${field.field} ${field[part.look.look]}`}
                  data-letter={at === 0 ? part.look.letter : undefined}
                >
                  {hexByte(byte)}
                </span>
              ))}
            </span>
          );
        })}
      </div>
      {more + never > 0 && (
        <p className={styles.more}>
          {more > 0 && <Button onClick={() => setWhole(true)}>Show {count(more, 'more byte')}</Button>}{' '}
          {never > 0 &&
            `${count(never, 'further byte')} can be copied, and ${never === 1 ? 'is' : 'are'} not shown.`}
        </p>
      )}
    </div>
  );
}
