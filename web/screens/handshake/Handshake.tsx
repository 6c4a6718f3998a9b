import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { OpenSession } from '../../components/OpenSession.js';
import { count, since } from '../../format.js';
import { awaited, stateWords } from '../../states.js';
import { isLive, usePage } from '../../store/store.js';
import { Controls } from './Controls.js';
import { Detail } from './Detail.js';
import styles from './Handshake.module.css';
import { Presenter } from './Presenter.js';
import { Timeline } from './Timeline.js';
import { Unencrypted } from './Unencrypted.js';
import { useLesson } from './useLesson.js';
import { useLessonKeys } from './useLessonKeys.js';
import { Waiting } from './Waiting.js';

const Missing = lazy(() => import('./Missing.js').then((m) => ({ default: m.Missing })));

export function Handshake() {
  const { state, steps, protocol } = usePage((page) => page.connection);
  const lesson = useLesson(steps);
  useLessonKeys(lesson);
  const overV1 = protocol === 'v1';
  const live = isLive(state);
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>The handshake</h1>
        <p className={styles.lead}>
          {overV1
            ? 'This session speaks v1: there is no handshake, and nothing is encrypted.'
            : steps.length === 0 && !live
              ? 'Two keys cross, both sides compute the same secrets, and from then on nobody in between can read along.'
              : 'Ours on the left, theirs on the right, time runs down. Choose a step to see all of it.'}
        </p>
      </div>
      {!overV1 && lesson.astray && (
        <Suspense>
          <Missing lesson={lesson} live={live} />
        </Suspense>
      )}
      <OpenSession
        invitation={<p>Open one, and its bytes appear here as they cross. The demo node answers at once.</p>}
      />
      {overV1 && <Unencrypted />}
      {!overV1 && (steps.length > 0 || live) && <Lesson lesson={lesson} />}
    </div>
  );
}

function Lesson({ lesson }: { lesson: ReturnType<typeof useLesson> }) {
  const { state, startedAt, machines } = usePage((page) => page.connection);
  const { step } = lesson;
  return (
    <div className={styles.lesson} data-open={lesson.open ? '' : undefined}>
      <div className={styles.list}>
        <Timeline lesson={lesson} startedAt={startedAt}>
          {state === 'connecting' && <Waiting text={stateWords.connecting.doing} />}
          {state === 'handshaking' && machines && <Waiting text={awaited[machines.receive] ?? ''} />}
        </Timeline>
        <Done lesson={lesson} />
      </div>
      {step &&
        (lesson.place.present ? (
          <Presenter lesson={lesson} step={step} />
        ) : (
          <Detail lesson={lesson} step={step} />
        ))}
      {/* Last, and always in sight: it stands at the window's lower edge. */}
      {lesson.steps.length > 0 && !lesson.place.present && (
        <div className={styles.controls}>
          <Controls lesson={lesson} />
        </div>
      )}
    </div>
  );
}

/** @param lesson whose step “Encrypted” has the time that is told here too */
function Done({ lesson }: { lesson: ReturnType<typeof useLesson> }) {
  const { history, steps, sessionId } = usePage((page) => page.connection);
  const negotiating = history.find((mark) => mark.state === 'negotiating');
  if (!negotiating || !sessionId) return null;
  const { at } = lesson.steps.find(({ kind }) => kind === 'ready') ?? negotiating;
  // Up to the end of both version packets; large decoys before them stand among the messages.
  const bytes = steps
    .filter(({ packet }) => packet?.role === 'version')
    .reduce((sum, step) => sum + step.offset + step.bytes.length, 0);
  return (
    <p className={styles.done}>
      Encrypted at {since(at)}: {count(bytes, 'byte')} crossed, in one and a half round trips, and none of
      them looks like anything. What follows are packets: <Link href="/messages">read the messages</Link>. To
      be sure that nobody sits in between, compare the session id above with the node’s{' '}
      <code>bitcoin-cli getpeerinfo</code>.
    </p>
  );
}
