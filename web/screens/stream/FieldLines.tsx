import { toHex } from '../../../shared/bytes.js';
import { CopyButton } from '../../components/CopyButton.js';
import { FieldMark } from '../../components/FieldMark.js';
import { count } from '../../format.js';
import styles from './FieldLines.module.css';
import type { ViewField } from './views.js';

/** The ribbon as a list: the same fields, in words. */
export function FieldLines(props: {
  fields: readonly ViewField[];
  /** What they are fields of, and the place of its first byte: the chosen one can be copied. */
  of: { readonly bytes: Uint8Array; readonly offset: number };
  selected: number;
  onSelect: (index: number) => void;
}) {
  const { of } = props;
  return (
    <ol className={styles.list} aria-label="Fields">
      {props.fields.map((field, index) => (
        <li key={field.id} className={styles.line} data-selected={index === props.selected ? '' : undefined}>
          <button
            type="button"
            className={styles.pick}
            aria-pressed={index === props.selected}
            onClick={() => props.onSelect(index)}
          >
            <FieldMark kind={field.look} />
            <span className={styles.name}>{field.look.label}</span>
            <span className={styles.size}>{count(field.end - field.start, 'byte')}</span>
          </button>
          <p className={styles.says}>
            {field.says}
            {field.incomplete && ' The stream ended inside it.'}
          </p>
          {index === props.selected && (
            <CopyButton
              text={() => toHex(of.bytes.subarray(field.start - of.offset, field.end - of.offset))}
              label="Copy its hex"
              byKey
            />
          )}
        </li>
      ))}
    </ol>
  );
}
