import { Link } from 'wouter';
import { OpenSession } from '../../components/OpenSession.js';
import { isLive, usePage } from '../../store/store.js';
import { count, since } from '../../format.js';
import type { StepView } from '../../worker/protocol.js';
import { awaited, stateWords } from '../../states.js';
import { Computed } from './Computed.js';
import styles from './Handshake.module.css';
import { Lifelines } from './Lifelines.js';
import { Step } from './Step.js';
import { Unencrypted } from './Unencrypted.js';
import { Waiting } from './Waiting.js';

export function Handshake() {
  const connection = usePage((page) => page.connection);
  const { state, steps, machines, target } = connection;
  const overV1 = target?.protocol === 'v1';
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>The handshake</h1>
        <p className={styles.lead}>
          {overV1
            ? 'This session speaks v1: there is no handshake, and nothing is encrypted.'
            : steps.length === 0 && !isLive(state)
              ? 'Two keys cross, both sides compute the same secrets, and from then on nobody in between can read along.'
              : 'Ours on the left, theirs on the right, time runs down. Open a step to see its bytes.'}
        </p>
      </div>
      <OpenSession
        invitation={<p>Open one, and its bytes appear here as they cross. The demo node answers at once.</p>}
      />
      {overV1 && <Unencrypted />}
      {!overV1 && (steps.length > 0 || isLive(state)) && (
        <section aria-label="Steps" className={styles.steps}>
          <Lifelines steps={steps} machines={machines} live={isLive(state)} />
          <ol className={styles.lane}>
            {steps.map((step) => (
              <StepItems key={`${connection.number}.${step.index}`} step={step} />
            ))}
            {state === 'connecting' && <Waiting text={stateWords.connecting.doing} />}
            {state === 'handshaking' && machines && <Waiting text={awaited[machines.receive] ?? ''} />}
          </ol>
          <Done />
        </section>
      )}
    </div>
  );
}

/** A step of the wire, and what both sides could compute because of it. */
function StepItems({ step }: { step: StepView }) {
  const agreement = step.step === 'key' && step.direction === 'received';
  return (
    <>
      <Step step={step} openAtFirst={step.index === 0} />
      {agreement && <Computed step={step} />}
    </>
  );
}

function Done() {
  const { history, steps, sessionId } = usePage((page) => page.connection);
  const negotiating = history.find((mark) => mark.state === 'negotiating');
  if (!negotiating || !sessionId) return null;
  // Up to the end of both version packets; large decoys before them stand among the messages.
  const bytes = steps
    .filter(({ packet }) => packet?.role === 'version')
    .reduce((sum, step) => sum + step.offset + step.bytes.length, 0);
  return (
    <div className={styles.done}>
      <h2>Encrypted, after {since(negotiating.at).slice(1)}</h2>
      <p>
        {count(bytes, 'byte')} crossed, in one and a half round trips, and none of them looks like anything.
        What follows are packets: <Link href="/messages">read the messages</Link>. To be sure that nobody sits
        in between, compare the session id above with the node’s <code>bitcoin-cli getpeerinfo</code>.
      </p>
    </div>
  );
}
