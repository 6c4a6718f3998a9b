import { OpenSession } from '../../components/OpenSession.js';
import { Term } from '../../components/Term.js';
import { isLive, usePage, type Connection } from '../../store/store.js';
import { Addresses } from './Addresses.js';
import { Agreement } from './Agreement.js';
import { Latency } from './Latency.js';
import styles from './Node.module.css';
import { Relay } from './Relay.js';
import { TrafficOverTime } from './TrafficOverTime.js';
import { useSeries } from './useSeries.js';
import { WhatItIs } from './WhatItIs.js';

/** The node at the other end: what it is, what it says, what it knows. */
export function Node() {
  const connection = usePage((page) => page.connection);
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1>Node</h1>
        <p>
          What the node at the other end is, what it says and what it knows, by its own messages: a{' '}
          <Term id="peer">peer</Term> may say anything, and nobody has checked it.
        </p>
      </div>
      <OpenSession
        invitation={
          <p>Open one, and what its node is appears here. The demo node tells of everything there is.</p>
        }
      />
      <State connection={connection} />
      {connection.traffic.received > 0 && <Sections key={connection.number} connection={connection} />}
    </div>
  );
}

/** Why there is nothing to see, or less than there could be. */
function State({ connection: { state, recording, node } }: { connection: Connection }) {
  if (recording?.readsWith === 'nothing')
    return (
      <p className={styles.note}>
        This recording holds ciphertext alone: without the keys nobody can read what the node said. What is
        left is how much it said, and when.
      </p>
    );
  if (node?.theirs !== undefined || !isLive(state)) return null;
  return <p className={styles.note}>The node has not said yet what it is.</p>;
}

function Sections({ connection }: { connection: Connection }) {
  const { node, recording, state } = connection;
  const series = useSeries(connection);
  const live = state === 'ready' && recording === undefined;
  return (
    <>
      {node?.theirs && <WhatItIs connection={connection} node={node} theirs={node.theirs} />}
      {node && node.negotiation.length > 0 && <Agreement node={node} startedAt={connection.startedAt} />}
      {node && <Latency ping={node.ping} series={series} bridge={connection.bridge} live={live} />}
      <TrafficOverTime traffic={connection.traffic} series={series} />
      {node && <Addresses facts={node.addresses} connection={connection} live={live} />}
      {node && <Relay facts={node.relay} series={series} startedAt={connection.startedAt} />}
      {node && node.skipped > 0 && (
        <p className={styles.note} role="status">
          {node.skipped} messages came too fast to be looked at here. All of them are in Messages.
        </p>
      )}
    </>
  );
}
