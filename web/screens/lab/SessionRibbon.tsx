import { useRef, type KeyboardEvent } from 'react';
import type { TraceField } from '../../../shared/bip324/index.js';
import {
  fieldAt,
  nameOf,
  otherParty,
  type Break,
  type LabSession,
  type Party,
} from '../../../shared/lab/index.js';
import field from '../../components/field.module.css';
import { count } from '../../format.js';
import styles from './SessionRibbon.module.css';
import { fieldName, lookOf, stepName } from './words.js';

/**
 * The whole session as fields, a row for each delivery. Fields take focus, one of them in the tab order: ←/→ go to
 * the next, ↑/↓ to the next delivery.
 */
export function SessionRibbon(props: {
  session: LabSession;
  sender: Party;
  field: TraceField;
  broken: Break | undefined;
  onPick: (sender: Party, offset: number) => void;
}) {
  const { session, broken, onPick } = props;
  const blocks = useRef(new Map<string, HTMLElement>());
  const rows = session.deliveries.map(({ sender, offset, sent }) => ({
    sender,
    bytes: sent.length,
    steps: session.streams[sender].steps.filter(
      (step) => offset <= step.offset && step.offset < offset + sent.length,
    ),
  }));
  const brokenField = broken && fieldAt(session.streams[broken.sender], broken.offset);
  const lines = rows.map(({ sender, steps }) =>
    steps.flatMap(({ fields }) => fields.map((part) => ({ sender, part }))),
  );
  const all = lines.flat();
  const is = (sender: Party, part: TraceField) => sender === props.sender && part.id === props.field.id;

  const move = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = all.findIndex(({ sender, part }) => is(sender, part));
    const line = lines.findIndex((row) => row.some(({ sender, part }) => is(sender, part)));
    const target = {
      ArrowRight: all[at + 1],
      ArrowLeft: all[at - 1],
      ArrowDown: lines[line + 1]?.[0],
      ArrowUp: lines[line - 1]?.[0],
      Home: all[0],
      End: all.at(-1),
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onPick(target.sender, target.part.start);
    blocks.current.get(keyOf(target.sender, target.part))?.focus();
  };

  return (
    <div className={styles.session} role="listbox" aria-label="The session, field by field" onKeyDown={move}>
      {rows.map(({ sender, bytes, steps }, row) => (
        <div
          key={row}
          className={styles.row}
          data-sender={sender}
          role="group"
          aria-label={`${nameOf(sender)} sends ${count(bytes, 'byte')}`}
        >
          <span className={styles.who} aria-hidden="true">
            {nameOf(sender)} → {nameOf(otherParty(sender))}, {count(bytes, 'byte')}
          </span>
          {steps.map((step) => (
            <span key={step.offset} className={styles.step} role="presentation">
              <span className={styles.blocks} role="presentation">
                {step.fields.map((part) => {
                  const look = lookOf(part, step);
                  const isBroken = sender === broken?.sender && part.id === brokenField?.id;
                  return (
                    <span
                      key={part.id}
                      ref={(element) => {
                        if (element) blocks.current.set(keyOf(sender, part), element);
                        else blocks.current.delete(keyOf(sender, part));
                      }}
                      className={`${styles.block} ${field.field} ${field[look.look]}`}
                      style={{ inlineSize: `${widthOf(part)}rem` }}
                      role="option"
                      aria-selected={is(sender, part)}
                      aria-label={`${look.letter}, ${fieldName(part, step)}, ${count(part.end - part.start, 'byte')}${isBroken ? ', broken' : ''}`}
                      tabIndex={is(sender, part) ? 0 : -1}
                      data-broken={isBroken ? '' : undefined}
                      onClick={() => onPick(sender, part.start)}
                    >
                      <span aria-hidden="true">{look.letter}</span>
                    </span>
                  );
                })}
              </span>
              <span className={styles.caption} aria-hidden="true">
                {stepName(step)}
              </span>
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

const keyOf = (sender: Party, { id }: TraceField): string => `${sender} ${id}`;

/** In rem, by the logarithm of its size: the key is longer than the header, but not 64 times. */
const widthOf = ({ start, end }: TraceField): number => 1.5 + Math.log2(end - start) * 0.375;
