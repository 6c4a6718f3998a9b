import { useDeferredValue, useId, useMemo, useState } from 'react';
import { Command } from '../../components/Command.js';
import { Button } from '../../components/Button.js';
import { number } from '../../format.js';
import { usePage } from '../../store/store.js';
import { askIds, askPeers, askPeersShort, askThisId } from './commands.js';
import { compare, type Answer } from './compare.js';
import { MAX_PASTED } from './getpeerinfo.js';
import styles from './Identity.module.css';
import type { Standing } from './standing.js';
import { Verdict } from './Verdict.js';

/** Ask the node, paste what it says, get an answer. All of it happens in this tab. */
export function Compare({ standing }: { standing: Standing }) {
  const id = useId();
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<Answer>();
  // Typing and pasting come first; the answer to a long text a moment later.
  const settled = useDeferredValue(text);
  const sessionId = standing.is === 'known' ? standing.sessionId : undefined;
  const answer = useMemo(() => compare(settled, { sessionId }), [settled, sessionId]);
  const take = (pasted: string) => {
    const tooMuch = pasted.length > MAX_PASTED;
    // What is too much to look at is not kept either.
    setText(tooMuch ? '' : pasted);
    setRefused(tooMuch ? compare(pasted, { sessionId }) : undefined);
  };
  return (
    <section className={styles.part} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Compare it with the node’s</h2>
      <ol className={styles.steps}>
        <li>
          <p>Where the node runs, ask it for its peers:</p>
          <Ask sessionId={sessionId} />
        </li>
        <li>
          <label htmlFor={`${id}-text`}>Paste what it printed, all of it or one entry or only an id:</label>
          <textarea
            id={`${id}-text`}
            className={styles.paste}
            value={text}
            rows={6}
            onChange={(event) => take(event.target.value)}
            aria-describedby={`${id}-note`}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <p id={`${id}-note`} className={styles.note}>
            Compared in this tab: it is sent nowhere and kept nowhere. At most {number(MAX_PASTED)}{' '}
            characters.
          </p>
          {(text !== '' || refused) && (
            <div>
              <Button onClick={() => take('')}>Clear</Button>
            </div>
          )}
        </li>
      </ol>
      <div role="status" aria-label="Answer">
        <Verdict answer={refused ?? answer} standing={standing} />
      </div>
    </section>
  );
}

function Ask({ sessionId }: { sessionId: string | undefined }) {
  const network = usePage(({ connection, form }) => connection.network ?? form.network);
  return (
    <>
      <Command text={askPeers(network)} />
      <details className={styles.more}>
        <summary>Other ways to ask</summary>
        <dl>
          {sessionId && (
            <>
              <dt>Compare there instead: prints a line if the node has this session, nothing if not</dt>
              <dd>
                <Command text={askThisId(network, sessionId)} />
              </dd>
            </>
          )}
          <dt>Less to paste, with jq</dt>
          <dd>
            <Command text={askPeersShort(network)} />
          </dd>
          <dt>Less to paste, without jq: the ids alone</dt>
          <dd>
            <Command text={askIds(network)} />
          </dd>
          <dt>In Bitcoin’s own window</dt>
          <dd>Window → Peers, choose the peer, and copy its session id; or getpeerinfo in the console.</dd>
        </dl>
      </details>
    </>
  );
}
