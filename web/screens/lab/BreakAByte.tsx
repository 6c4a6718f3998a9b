import { useEffect, useMemo, useRef, useState } from 'react';
import { ascii } from '../../../shared/bytes.js';
import { breakByte, fieldAt, labSession, predict, problemOf, type Break } from '../../../shared/lab/index.js';
import { cameBack, scrollToPlace } from '../../arrival.js';
import { goTo } from '../../route.js';
import styles from './Break.module.css';
import { BytePicker, focusByte } from './BytePicker.js';
import { breakLink, DEFAULT_MASK, type BreakPlace } from './link.js';
import { SessionRibbon } from './SessionRibbon.js';
import { TryThese } from './TryThese.js';
import { Verdict } from './Verdict.js';

/** One session for everybody, so that a link shows the same bytes. Its keys protect nothing. */
const SEED = ascii('Peerglass lab: break a byte');

/** @param link the address as it stands: when it changes, the choice follows it */
export function BreakAByte({ link, place }: { link: string; place: BreakPlace }) {
  const session = useMemo(() => labSession(SEED), []);
  const problem =
    place.type === 'problem' ? place.problem : place.type === 'byte' && problemOf(session, place.broken);
  const shown = place.type === 'byte' && !problem ? place.broken : undefined;
  const [choice, setChoice] = useState({ link: '', picked: FIRST });
  if (choice.link !== link) setChoice({ link, picked: shown ?? choice.picked });
  const { picked } = choice;
  const pick = (change: Partial<Break>) => setChoice({ link, picked: { ...picked, ...change } });
  const { verdict, problem: refusal } = useArrival(link);
  const flip = () => {
    const target = breakLink(picked);
    if (shown && breakLink(shown) === target) verdict.current?.focus();
    else goTo(target);
  };
  const field = fieldAt(session.streams[picked.sender], picked.offset)!;
  const outcome = useMemo(() => shown && breakByte(session, shown), [session, shown]);

  return (
    <div className={styles.experiment}>
      <p>
        Pick any byte of the session, flip a bit of it on the way, and see who notices, where, and how. Or try
        one of these, all in what Alice sends:
      </p>
      <TryThese session={session} />
      {problem && (
        <section
          ref={refusal}
          tabIndex={-1}
          className={styles.problem}
          aria-label="This link"
          data-problem={problem.code}
        >
          <p>{problem.message}</p>
          <p>{problem.hint}</p>
        </section>
      )}
      <section className={styles.part} aria-labelledby="lab-session">
        <h2 id="lab-session">The session</h2>
        <p className={styles.note}>
          Alice’s bytes on the left, Bob’s on the right, time runs down. Each block is a field: choose one
          with the arrow keys, or click it.
        </p>
        <SessionRibbon
          session={session}
          sender={picked.sender}
          field={field}
          broken={shown}
          onPick={(sender, offset) => pick({ sender, offset })}
        />
      </section>
      <BytePicker session={session} picked={picked} broken={shown} onPick={pick} onFlip={flip} />
      {outcome && shown && (
        <Verdict
          ref={verdict}
          session={session}
          outcome={outcome}
          prediction={predict(session, shown)}
          onBack={() => focusByte()}
        />
      )}
    </div>
  );
}

const FIRST: Break = { sender: 'alice', offset: 0, mask: DEFAULT_MASK };

/** Where a flip or a link leads, the focus goes, and the window: to what became of it, or to why nothing can. */
function useArrival(link: string) {
  const verdict = useRef<HTMLHeadingElement>(null);
  const problem = useRef<HTMLElement>(null);
  useEffect(() => {
    // Once whatever else happens on arrival at a screen is done.
    const frame = requestAnimationFrame(() => {
      const target = verdict.current ?? problem.current;
      target?.focus({ preventScroll: true });
      if (cameBack()) scrollToPlace();
      else target?.scrollIntoView({ block: verdict.current ? 'start' : 'nearest' });
    });
    return () => cancelAnimationFrame(frame);
  }, [link]);
  return { verdict, problem };
}
