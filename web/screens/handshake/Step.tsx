import { useState } from 'react';
import { toHex } from '../../../shared/bytes.js';
import { CopyButton } from '../../components/CopyButton.js';
import { FieldMark } from '../../components/FieldMark.js';
import field from '../../components/field.module.css';
import { Ribbon, type RibbonField } from '../../components/Ribbon.js';
import { count, number, since, wallClock } from '../../format.js';
import { decoy, kinds } from '../../kinds.js';
import { usePage } from '../../store/store.js';
import type { StepView } from '../../worker/protocol.js';
import { Card } from './Card.js';
import { Derivations } from './Derivations.js';
import { FieldList } from './FieldList.js';
import { wordsOf } from './lesson.js';
import styles from './Step.module.css';

export function Step({ step, openAtFirst }: { step: StepView; openAtFirst: boolean }) {
  const startedAt = usePage((page) => page.connection.startedAt);
  const words = wordsOf(step);
  const fields = ribbonFields(step);
  return (
    <Card
      direction={step.direction}
      openAtFirst={openAtFirst}
      time={
        <time className={styles.time} title={wallClock(startedAt + step.at)}>
          {since(step.at)}
        </time>
      }
      heading={
        <>
          <span className={styles.marks}>
            {fields.map((part) => (
              <FieldMark key={part.id} kind={part.look} />
            ))}
          </span>
          <span className={styles.title}>{words.title}</span>
          <span className={styles.size}>
            {count(step.bytes.length, 'byte')} {step.direction}
          </span>
        </>
      }
      body={() => <Body step={step} fields={fields} plain={words.plain} title={words.title} />}
      wire={<Wire fields={fields} />}
    />
  );
}

/** The arrow to the other lifeline: the fields in their colours and patterns, widths by the logarithm of their sizes. */
function Wire({ fields }: { fields: readonly RibbonField[] }) {
  return (
    <div className={styles.wire} aria-hidden="true">
      <div className={styles.travel}>
        {fields.map((part) => (
          <span
            key={part.id}
            className={`${field.field} ${field[part.look.look]} ${styles.piece}`}
            style={{ flexGrow: 1 + Math.log2(1 + part.end - part.start) }}
          />
        ))}
      </div>
    </div>
  );
}

function Body(props: { step: StepView; fields: readonly RibbonField[]; plain: string; title: string }) {
  const { step, fields, plain, title } = props;
  const [selected, setSelected] = useState(0);
  const agreement = step.step === 'key' && step.direction === 'received';
  const last = step.offset + step.bytes.length - 1;
  return (
    <>
      <p className={styles.plain}>{plain}</p>
      <div className={styles.bytes}>
        <div>
          <Ribbon
            label={`Bytes of: ${title}`}
            bytes={step.bytes}
            offset={step.offset}
            fields={fields}
            selected={selected}
            onSelect={setSelected}
          />
          <p className={styles.foot}>
            <span>
              bytes {number(step.offset)}–{number(last)} of what{' '}
              {step.direction === 'sent' ? 'we send' : 'they send'}
            </span>
            <CopyButton text={() => toHex(step.bytes)} label="Copy hex" />
          </p>
        </div>
        <FieldList fields={fields} selected={selected} onSelect={setSelected} />
      </div>
      {!agreement && step.derivations.length > 0 && (
        <Derivations step={step.index} derivations={step.derivations} heading={headingOf(step)} />
      )}
    </>
  );
}

function headingOf({ step, direction }: StepView): string {
  if (step !== 'packet') return 'How it was made';
  return direction === 'sent' ? 'How the node opens it' : 'How it was opened';
}

function ribbonFields({ fields, packet }: StepView): RibbonField[] {
  return fields.map((part) => ({
    ...part,
    look: packet?.role === 'decoy' && part.kind === 'contents' ? decoy : kinds[part.kind],
  }));
}
