import { FieldMark } from '../../components/FieldMark.js';
import { count } from '../../format.js';
import styles from './FieldLines.module.css';
import type { ViewField } from './views.js';

/** The ribbon as a list: the same fields, in words. */
export function FieldLines(props: {
  fields: readonly ViewField[];
  selected: number;
  onSelect: (index: number) => void;
}) {
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
        </li>
      ))}
    </ol>
  );
}
