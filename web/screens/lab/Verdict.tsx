import type { Ref } from 'react';
import {
  fieldAt,
  nameOf,
  otherParty,
  parties,
  realNode,
  type BrokenSession,
  type Ending,
  type LabSession,
  type Party,
  type Prediction,
  type Verdict as Result,
} from '../../../shared/lab/index.js';
import { Button } from '../../components/Button.js';
import { count, number } from '../../format.js';
import { hexByte } from './BytePicker.js';
import styles from './Verdict.module.css';
import { endingSentence, fieldName, heldSentence, placeSentence, readings, stepsIn, title } from './words.js';

/** What became of a broken byte: who noticed, where and how, beside what was predicted and what a real node does. */
export function Verdict(props: {
  ref: Ref<HTMLHeadingElement>;
  session: LabSession;
  outcome: BrokenSession;
  prediction: Prediction;
  onBack: () => void;
}) {
  const { ref, session, outcome, prediction, onBack } = props;
  const { verdict, endings, broken } = outcome;
  const code = codeOf(verdict);
  const decisive = verdict.type === 'unnoticed' ? undefined : errorOf(endings[verdict.by]);
  const node = realNode(verdict);
  const agrees = same(verdict, prediction.verdict);
  const place = placeSentence(session, outcome);
  const receiver = otherParty(broken.sender);
  return (
    <section
      className={styles.verdict}
      aria-labelledby="lab-verdict"
      data-code={code}
      data-agrees={agrees}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onBack();
      }}
    >
      <h2 id="lab-verdict" ref={ref} tabIndex={-1} className={styles.title}>
        {title(session, outcome)}
      </h2>
      <Flipped session={session} outcome={outcome} />
      <dl className={styles.facts}>
        <div>
          <dt>Why</dt>
          <dd>{prediction.because}</dd>
        </div>
        {decisive && (
          <div>
            <dt>The error</dt>
            <dd>
              <code className={styles.code}>{decisive.code}</code>
              <p>{sentence(decisive.message)}</p>
              <p className={styles.hint}>{decisive.hint}</p>
            </dd>
          </div>
        )}
        {place !== undefined && (
          <div>
            <dt>Where</dt>
            <dd>{place}</dd>
          </div>
        )}
        {parties.map((party) => (
          <div key={party}>
            <dt>{nameOf(party)}</dt>
            <dd>
              <Side party={party} outcome={outcome} receives={party === receiver} />
            </dd>
          </div>
        ))}
        <div>
          <dt>A real node in {nameOf(receiver)}’s place</dt>
          <dd>
            {node.does}
            {node.log !== undefined && (
              <p className={styles.log}>
                debug.log: <code>… {node.log} …</code>
              </p>
            )}
          </dd>
        </div>
        <div>
          <dt>Predicted</dt>
          <dd>
            <code>{codeOf(prediction.verdict)}</code>
            {agrees
              ? ', from the kind of the field alone. That is what happened.'
              : ', from the kind of the field alone. That is not what happened: please report it.'}
          </dd>
        </div>
      </dl>
      <h3 className={styles.subtitle}>The session up to there</h3>
      <ol className={styles.deliveries}>
        {outcome.deliveries.map((delivery) => {
          const { sender, offset, sent } = delivery;
          const here =
            sender === broken.sender && offset <= broken.offset && broken.offset < offset + sent.length;
          return (
            <li key={`${sender} ${offset}`} className={styles.delivery} data-sender={sender}>
              <p>
                <strong>{nameOf(sender)}</strong> sends {count(sent.length, 'byte')}:{' '}
                {stepsIn(session.streams[sender], delivery) || 'other bytes than in the undisturbed session'}
                {here && <span className={styles.here}>× the broken byte is in here</span>}
              </p>
              <p className={styles.reading}>
                {nameOf(otherParty(sender))} {readings(delivery).join(', ') || 'can use none of it yet'}
              </p>
            </li>
          );
        })}
      </ol>
      <Button onClick={onBack}>Back to the byte</Button>
    </section>
  );
}

/** The byte before and after, bit by bit; what flipped is boxed. */
function Flipped({ session, outcome: { broken } }: { session: LabSession; outcome: BrokenSession }) {
  const stream = session.streams[broken.sender];
  const before = stream.bytes[broken.offset]!;
  const field = fieldAt(stream, broken.offset)!;
  const step = stream.steps.find(({ fields }) => fields.includes(field))!;
  return (
    <p className={styles.flipped}>
      Byte {number(broken.offset)} of what {nameOf(broken.sender)} sends, in the {fieldName(field, step)}:{' '}
      <span className={styles.bytes}>
        <Bits byte={before} mask={broken.mask} /> <span aria-hidden="true">→</span>
        <span className="visually-hidden">becomes</span>{' '}
        <Bits byte={before ^ broken.mask} mask={broken.mask} />
      </span>
    </p>
  );
}

function Bits({ byte, mask }: { byte: number; mask: number }) {
  const bits = byte.toString(2).padStart(8, '0');
  return (
    <span className={styles.bits}>
      <code>{hexByte(byte)}</code>
      <span aria-hidden="true" className={styles.digits}>
        {Array.from(bits, (digit, index) => (
          <span key={index} data-flipped={(mask >> (7 - index)) & 1 ? '' : undefined}>
            {digit}
          </span>
        ))}
      </span>
    </span>
  );
}

function Side(props: { party: Party; outcome: BrokenSession; receives: boolean }) {
  const { endings, held, verdict } = props.outcome;
  const ending = endings[props.party];
  const error = errorOf(ending);
  const told = verdict.type !== 'unnoticed' && verdict.by === props.party;
  return (
    <>
      {endingSentence(ending)}
      {props.receives && held && ending.type !== 'waits' && ` ${heldSentence(held)}`}
      {error && !told && (
        <>
          {' '}
          <code>{error.code}</code>: {error.message}.
        </>
      )}
    </>
  );
}

const errorOf = (ending: Ending) => (ending.type === 'content' ? undefined : ending.error);

const codeOf = (verdict: Result): string => (verdict.type === 'unnoticed' ? verdict.type : verdict.code);

function same(a: Result, b: Result): boolean {
  const parts = (verdict: Result) =>
    verdict.type === 'unnoticed'
      ? [verdict.type]
      : [
          verdict.type,
          verdict.by,
          verdict.code,
          ...(verdict.type === 'check-failed' ? [verdict.at, verdict.packet] : []),
        ];
  return parts(a).join() === parts(b).join();
}

/** Errors begin in lower case and end without a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
