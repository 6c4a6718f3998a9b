import { toHex } from '../../../shared/bytes.js';
import { CopyButton } from '../../components/CopyButton.js';
import { Ribbon } from '../../components/Ribbon.js';
import { number } from '../../format.js';
import type { Choice } from './Derivations.js';
import { FieldList } from './FieldList.js';
import { ribbonFields } from './fields.js';
import { wordsOf } from './lesson.js';
import type { LessonStep } from './steps.js';
import { elementOf } from './useLesson.js';
import styles from './Bytes.module.css';

/** What crossed the wire: as a ribbon, and as a list of the same fields. */
export function Bytes(props: { step: LessonStep; only?: 'selected' } & Choice) {
  const { step, chosen, onChoose } = props;
  const { entry } = step;
  const fields = ribbonFields(entry);
  const selected = Math.max(
    0,
    fields.findIndex(({ id }) => id === chosen),
  );
  const choose = (index: number) => onChoose(fields[index]!.id);
  const last = entry.offset + entry.bytes.length - 1;
  return (
    <section className={styles.bytes} aria-label="Bytes" data-step-keys>
      <Ribbon
        label={`Bytes of: ${wordsOf(step).title}`}
        bytes={entry.bytes}
        offset={entry.offset}
        fields={fields}
        selected={selected}
        onSelect={choose}
      />
      <p className={styles.foot}>
        <span>
          bytes {number(entry.offset)}–{number(last)} of what{' '}
          {entry.direction === 'sent' ? 'we send' : 'they send'}
        </span>
        <CopyButton text={() => toHex(entry.bytes)} label="Copy hex" byKey />
      </p>
      <FieldList
        fields={fields}
        of={entry}
        selected={selected}
        onSelect={choose}
        idOf={elementOf}
        only={props.only}
      />
    </section>
  );
}
