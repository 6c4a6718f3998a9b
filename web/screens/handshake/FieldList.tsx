import { CopyButton } from '../../components/CopyButton.js';
import { FieldMark } from '../../components/FieldMark.js';
import type { RibbonField } from '../../components/Ribbon.js';
import { count } from '../../format.js';
import { toHex } from '../../../shared/bytes.js';
import styles from './FieldList.module.css';

/** The ribbon as a list: the same fields, in words. */
export function FieldList(props: {
  fields: readonly RibbonField[];
  /** What they are fields of, and the place of its first byte: the chosen one can be copied. */
  of?: { readonly bytes: Uint8Array; readonly offset: number };
  selected: number;
  onSelect: (index: number) => void;
  /** What a field says was there for all to read. */
  unencrypted?: boolean;
  /** The id of the element that names a field, where links lead to it. */
  idOf?: (field: string) => string;
  /** For a room: the one that is talked of. */
  only?: 'selected' | undefined;
}) {
  return (
    <ol className={styles.list} data-only={props.only}>
      {props.fields.map((field, index) => (
        <li
          key={field.id}
          hidden={props.only === 'selected' && index !== props.selected}
          className={styles.entry}
          data-selected={index === props.selected ? '' : undefined}
        >
          <button
            type="button"
            id={props.idOf?.(field.id)}
            className={styles.pick}
            aria-pressed={index === props.selected}
            onClick={() => props.onSelect(index)}
          >
            <FieldMark kind={field.look} />
            <span className={styles.name}>{field.look.label}</span>
            <span className={styles.size}>{count(field.end - field.start, 'byte')}</span>
          </button>
          <p className={styles.meaning}>
            {field.meaning}
            {field.incomplete && ' The stream ended inside it.'}
          </p>
          {props.of && index === props.selected && props.fields.length > 1 && (
            <CopyButton text={() => hexOf(field, props.of!)} label="Copy its hex" byKey />
          )}
          {field.value !== undefined && (
            <p className={styles.value}>
              {!props.unencrypted && 'decrypted: '}
              {shown(field)}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

const hexOf = ({ start, end }: RibbonField, of: { bytes: Uint8Array; offset: number }): string =>
  toHex(of.bytes.subarray(start - of.offset, end - of.offset));

const SHOWN_BYTES = 64;

function shown({ kind, value }: RibbonField): string {
  if (value instanceof Uint8Array) {
    if (value.length === 0) return 'nothing';
    const start = toHex(value.subarray(0, SHOWN_BYTES));
    return value.length > SHOWN_BYTES
      ? `${start}… (the first ${SHOWN_BYTES} of ${count(value.length, 'byte')})`
      : start;
  }
  if (kind === 'length') return count(value ?? 0, 'byte');
  return `0x${(value ?? 0).toString(16).padStart(2, '0')}`;
}
