import { Link } from 'wouter';
import { Button } from '../../components/Button.js';
import { KeptFocus } from '../../components/KeptFocus.js';
import type { Connection } from '../../store/store.js';
import type { Composed, Effect, Foresight, Previewed } from '../../worker/compose/protocol.js';
import styles from './Compose.module.css';
import { ConnectAgain } from './ConnectAgain.js';
import { sentenceOf } from './Field.js';
import { useCompose } from './store.js';
import { nameOfComposed, type Send } from './useSend.js';

const effects: { readonly [E in Effect]: string } = {
  answers: 'is answered',
  takes: 'is taken',
  ignores: 'is passed over',
  disconnects: 'ends the session',
  depends: 'it depends',
};

/** What a node does with it, and the button that sends it; or what is missing. */
export function SendBox(props: {
  composed: Composed;
  connection: Connection;
  previewed: Previewed | 'gone' | undefined;
  send: Send;
}) {
  const { composed, connection, previewed, send } = props;
  const name = nameOfComposed(composed);
  const foresight = typeof previewed === 'object' && previewed.ok ? previewed.preview.foresight : undefined;
  const problem = typeof previewed === 'object' && !previewed.ok ? previewed.problem : undefined;
  const missing = missingOf(connection);
  const ends = foresight?.effect === 'disconnects';
  return (
    <section className={styles.send} aria-label="Send">
      <div className={styles.foresight} role="status">
        {foresight && <Foreseen foresight={foresight} />}
        {problem && (
          <p>
            <strong>Not a message yet.</strong>{' '}
            {problem.field !== '' && (
              <>
                <code>{problem.field}</code>:{' '}
              </>
            )}
            {sentenceOf(problem.message)}
          </p>
        )}
        {previewed === 'gone' && (
          <p>The part of the page that makes messages could not be loaded. Load the page again.</p>
        )}
      </div>
      <KeptFocus>
        {missing !== undefined ? (
          <Missing text={missing} connection={connection} />
        ) : (
          <span className={styles.buttons}>
            {ends ? (
              <Button id="compose-nevertheless" primary onClick={() => void send.now(true)}>
                Send it nevertheless
              </Button>
            ) : (
              <>
                <Button primary type="submit">
                  Send {name}
                </Button>
                <span className={styles.soft}>Enter in a field does the same, Ctrl+Enter anywhere.</span>
              </>
            )}
          </span>
        )}
      </KeptFocus>
      <p className={styles.note} role="status">
        {send.refused !== undefined && refusals[send.refused]}
      </p>
    </section>
  );
}

function Foreseen({ foresight: { effect, text } }: { foresight: Foresight }) {
  return (
    <p data-effect={effect}>
      <strong className={styles.effect}>{effects[effect]}</strong> {text}
    </p>
  );
}

const refusals = {
  'no-session': 'It was not sent: no session is open.',
  recording: 'It was not sent: this is a recording.',
  over: 'It was not sent: the session is over.',
  'not-ready': 'It was not sent: the session is not ready yet.',
  'too-large': 'It was not sent: it is too large.',
  worker: 'It was not sent: the part of the page that makes messages is gone. Load the page again.',
};

function missingOf({ state, recording }: Connection): string | undefined {
  if (recording) return 'This is a recording: nothing can be sent into it.';
  if (state === 'ready') return undefined;
  if (state === 'idle') return 'No session is open: there is nobody to send it to.';
  if (state === 'closed' || state === 'failed') return 'The session is over.';
  return 'The session is not ready yet: what is to be sent waits for both veracks.';
}

function Missing({ text, connection }: { text: string; connection: Connection }) {
  const sentFromHere = useCompose(({ sent }) => sent.some((one) => one.connection === connection.number));
  return (
    <div className={styles.missing}>
      <p>
        <strong>{text}</strong> What you fill in stays, also while you{' '}
        <Link href="/connect">connect to a node</Link>.
      </p>
      {!sentFromHere && <ConnectAgain connection={connection} />}
    </div>
  );
}
