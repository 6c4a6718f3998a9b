import { lasting, number } from '../../format.js';
import { isUnheard } from '../../store/reply.js';
import type { MessageRow } from '../../store/row-kinds.js';
import styles from './Paired.module.css';
import { answersFor, fateOf, UNMARKED, unnamed } from './pairs.js';

/** Which messages an open one answers, and which answer it: each a link that opens it. */
export function Paired(props: {
  row: MessageRow;
  /** The name of a message that is still kept. */
  nameAt: (index: number) => string | undefined;
  onGo: (index: number) => void;
}) {
  const { row, nameAt, onGo } = props;
  const { answers = [], reply, waits } = row;
  if (answers.length === 0 && reply === undefined && !waits) return null;
  const link = (index: number) => {
    const name = nameAt(index);
    const text = `${number(index)}${name === undefined ? '' : ` ${name}`}`;
    // What was let go cannot be opened.
    return name === undefined ? (
      text
    ) : (
      <button type="button" className={styles.link} onClick={() => onGo(index)}>
        {text}
      </button>
    );
  };
  return (
    <section className={styles.paired} aria-label="Request and answer">
      {answers.map((answer) => (
        <p key={answer.request}>
          {answer.certain ? 'Answers' : 'May answer'} {link(answer.request)} after {lasting(answer.ms)}
          {answersFor(answer.done, answer.of)}
          {answer.notFound && ': not found'}.{!answer.certain && ` ${UNMARKED}`}
        </p>
      ))}
      {(waits === true || reply !== undefined) && (
        <p data-unheard={isUnheard(reply) ? '' : undefined}>
          {reply && reply.by.length > 0 && (
            <>
              {reply.certain ? 'Answered by' : 'May be answered by'}{' '}
              {reply.by.map((index, at) => (
                <span key={index}>
                  {at > 0 && ', '}
                  {link(index)}
                </span>
              ))}
              {unnamed(reply) > 0 && (
                <>
                  {' '}
                  … {link(reply.last!)}, {number(reply.parts)} in all
                </>
              )}
              .{' '}
            </>
          )}
          {fateOf(reply)}
        </p>
      )}
    </section>
  );
}
