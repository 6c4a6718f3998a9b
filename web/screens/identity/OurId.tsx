import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isDemoHost } from '../../../shared/tunnel/address.js';
import { CopyButton } from '../../components/CopyButton.js';
import { HexGroups } from '../../components/HexGroups.js';
import { recordedLabel } from '../../components/RecordedBar.js';
import { Term } from '../../components/Term.js';
import { usePage } from '../../store/store.js';
import styles from './Identity.module.css';
import type { How, Standing } from './standing.js';

/** The id, whole; or why there is none, and what to do. */
export function OurId({ standing }: { standing: Standing }) {
  return (
    <section className={styles.part} aria-labelledby="our-id" data-standing={standing.is}>
      <h2 id="our-id">This session’s id</h2>
      {standing.is === 'known' ? (
        <>
          <div className={styles.id}>
            <HexGroups hex={standing.sessionId} className={styles.hex} testId="identity-id" />
            <CopyButton text={standing.sessionId} label="Copy the whole id" />
          </div>
          <p className={styles.note}>
            32 bytes, in hex. Not secret: it opens nothing. <About how={standing.how} />
          </p>
        </>
      ) : (
        <p>{without(standing)}</p>
      )}
    </section>
  );
}

function About({ how }: { how: How }): ReactNode {
  const { target, recording } = usePage((page) => page.connection);
  if (how === 'recorded' && recording)
    return `${recordedLabel(recording)}: the node had it then. A node that is asked now does not list it any more.`;
  if (how === 'unconfirmed')
    return 'Not confirmed yet: the node has still to show, with its version packet, that it has the same keys.';
  if (how === 'ended') return 'The session has ended: a node lists only the peers that it has now.';
  if (target && isDemoHost(target.host))
    return 'The demo node is a part of the bridge and has no bitcoin-cli: to compare, connect to a node of yours.';
  return 'It changes with every connection.';
}

function without(standing: Exclude<Standing, { is: 'known' }>): ReactNode {
  switch (standing.is) {
    case 'no-session':
      return (
        <>
          There is no session, and so no id. <Link href="/connect">Connect to a node</Link>: once both keys
          have crossed, the id stands here.
        </>
      );
    case 'awaited':
      return 'Not there yet: it follows from both keys, and the node’s key has not come.';
    case 'v1':
      return (
        <>
          This session {standing.live ? 'speaks' : 'spoke'} <Term id="v1">v1</Term>: it has no keys, and so no
          id. Nothing shows who is at the other end, and everyone on the way can change what is said. For an
          id, <Link href="/connect">connect with v2</Link>.
        </>
      );
    case 'never':
      return standing.recorded ? (
        <>
          This recording has no keys, and so no id. <Link href="/recordings">Open another</Link>, or{' '}
          <Link href="/connect">connect to a node</Link>.
        </>
      ) : (
        <>
          The session ended before both keys had crossed, and so has no id.{' '}
          <Link href="/connect">Connect again</Link>, or to another node.
        </>
      );
  }
}
