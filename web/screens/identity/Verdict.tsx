import type { ReactNode } from 'react';
import { DEFAULT_USER_AGENT } from '../../../shared/peer/local-version.js';
import { count, number } from '../../format.js';
import type { Answer, Counts } from './compare.js';
import { SESSION_ID_DIGITS, MAX_PASTED, type NotPeers, type PeerEntry } from './getpeerinfo.js';
import styles from './Identity.module.css';
import type { Standing } from './standing.js';

/** The answer in words: what it is, what it means, what to do. */
export function Verdict({ answer, standing }: { answer: Answer; standing: Standing }) {
  if (answer.kind === 'nothing') return null;
  const { title, body } = words(answer, standing);
  return (
    <div className={styles.verdict} data-answer={answer.kind}>
      <h3>{title}</h3>
      {body}
    </div>
  );
}

function words(
  answer: Exclude<Answer, { kind: 'nothing' }>,
  standing: Standing,
): { title: string; body: ReactNode } {
  switch (answer.kind) {
    case 'match':
      return { title: 'Match', body: <Match {...answer} /> };
    case 'no-such-session':
      return { title: 'No such session', body: <NoSuchSession {...answer} standing={standing} /> };
    case 'v1':
      return {
        title: answer.peer ? 'That peer is on v1' : `All ${number(answer.counts.all)} peers are on v1`,
        body: <OnV1 peer={answer.peer} standing={standing} />,
      };
    case 'detecting':
      return {
        title: answer.peer ? 'That peer is still being detected' : 'No peer is on v2 yet',
        body: (
          <>
            <Facts peer={answer.peer} />
            <p>
              “detecting” means that too few bytes have come for the node to tell v1 from v2, so there is no
              id to compare. Ask it again in a moment. If it stays so, the peer does not finish its handshake.
            </p>
          </>
        ),
      };
    case 'nothing-to-compare':
      return {
        title: 'Nothing to compare it with',
        body: <p>{sessions(answer.counts)} there, but this tab has no session id: see above what to do.</p>,
      };
    case 'not-getpeerinfo':
      return {
        title: 'This is not getpeerinfo',
        body: (
          <>
            <p>{looksLike(answer.found)}</p>
            <p>
              Paste what the command above prints, from its first bracket to its last; or one peer’s part of
              it; or a session id, all {SESSION_ID_DIGITS} digits.
            </p>
          </>
        ),
      };
  }
}

const sessions = ({ v2 }: Counts): string => `${count(v2, 'v2 session')} ${v2 === 1 ? 'is' : 'are'}`;

function Match({ peer, times, bare }: Extract<Answer, { kind: 'match' }>) {
  return (
    <>
      <Facts peer={peer} />
      <p>
        {bare
          ? 'All 64 digits are the same. If it was your node that printed them, nobody sits between this tab and the node.'
          : 'The node has this very session: if that is what your node printed, nobody sits between this tab and the node.'}
      </p>
      {times > 1 && (
        <p>
          {number(times)} entries have this id, where a node has it once: it was pasted twice, or altered.
        </p>
      )}
    </>
  );
}

function NoSuchSession(props: { counts: Counts; bare: boolean; standing: Standing }) {
  const { counts, bare, standing } = props;
  const unread = counts.all - counts.v2 - counts.v1 - counts.detecting;
  const ended = standing.is === 'known' && standing.how !== 'live' && standing.how !== 'unconfirmed';
  return (
    <>
      <p>
        {counts.all === 0
          ? 'The node has no peers at all.'
          : `${count(counts.v2, 'v2 session')} ${counts.v2 === 1 ? 'was' : 'were'} looked at, and none has this tab’s id.`}{' '}
        {aside(counts.v1, 'on v1')}
        {aside(counts.detecting, 'still being detected: ask again in a moment')}
        {aside(unread, 'without a whole id')}
      </p>
      <ul className={styles.reasons}>
        {ended ? (
          <li>The session on screen is not live: a node lists only the peers that it has now.</li>
        ) : (
          <li>Was this node asked, and after the session was open? Then ask it once more.</li>
        )}
        {!ended && (
          <li>
            <strong>If it stays so, somebody sits in between:</strong> the node has a session with them, and
            this tab another.{' '}
            {!bare && (
              <>
                An entry whose subver is <code>{DEFAULT_USER_AGENT}</code> would be their copy of this one.
              </>
            )}
          </li>
        )}
      </ul>
    </>
  );
}

const aside = (peers: number, are: string): string =>
  peers === 0 ? '' : `${count(peers, 'peer')} ${peers === 1 ? 'is' : 'are'} ${are}. `;

function OnV1({ peer, standing }: { peer: PeerEntry | undefined; standing: Standing }) {
  return (
    <>
      <Facts peer={peer} />
      {standing.is === 'known' ? (
        <p>
          A connection over v1 has no id. This tab’s session is on v2: either that entry is another
          connection, or <strong>somebody in between</strong> speaks v2 with this tab and v1 with the node.
        </p>
      ) : (
        <p>
          A connection over v1 is not encrypted and has no id: there is nothing to compare, and everyone on
          the way can read and change it.
        </p>
      )}
    </>
  );
}

/** Which peer it is, in the node’s own words. */
function Facts({ peer }: { peer: PeerEntry | undefined }) {
  const facts = [
    ['id', peer?.id],
    ['addr', peer?.addr],
    ['subver', peer?.subver],
  ].filter(([, value]) => value !== undefined && value !== '');
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function looksLike(found: NotPeers): string {
  switch (found.looksLike) {
    case 'too-much':
      return `It has ${number(found.characters)} characters; this page looks at ${number(MAX_PASTED)} at most. Take the one entry, or the ids alone.`;
    case 'the-command':
      return 'It is the command itself. Run it where the node is, and paste what it prints.';
    case 'an-error':
      return `It is an error, not a list of peers: “${found.says}”. Is the node running, and on this network?`;
    case 'cut-json':
      return 'It begins like it, but breaks off or is damaged: it is no whole JSON.';
    case 'other-json':
      return `It is JSON, but of something else: ${found.what}.`;
    case 'a-strange-entry':
      return `Its entry ${number(found.at + 1)} is not a peer, but ${found.what}.`;
    case 'an-id-of-another-length':
      return found.digits < SESSION_ID_DIGITS
        ? `It is ${count(found.digits, 'hex digit')}, too short for an id of ${SESSION_ID_DIGITS}: a part of an id proves nothing, since whoever sits in between can try until a part fits.`
        : `It is ${count(found.digits, 'hex digit')}, too long for an id of ${SESSION_ID_DIGITS}.`;
    case 'text':
      return 'It looks like ordinary text.';
  }
}
