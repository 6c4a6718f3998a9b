import type { ReactNode } from 'react';
import { number, since, wallClock } from '../../format.js';
import type { FeatureFacts, NodeFacts } from '../../worker/node/protocol.js';
import { MessageLink } from './MessageLink.js';
import styles from './Node.module.css';

/** How both sides agreed to talk: what the node wants or supports, and the messages that said so, in order. */
export function Agreement({ node, startedAt }: { node: NodeFacts; startedAt: number }) {
  const { negotiation, negotiationDropped, features } = node;
  return (
    <section className={styles.part} aria-labelledby="node-agreed">
      <h2 id="node-agreed">What was agreed</h2>
      <dl className={styles.pairs} aria-label="Features" data-testid="node-features">
        {featureRows(features).map(([name, says]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <h3 id="node-negotiation">Message by message</h3>
      <div className={styles.conversation} role="table" aria-labelledby="node-negotiation">
        <div role="row" className={styles.columns}>
          <span role="columnheader">time</span>
          <span role="columnheader">ours</span>
          <span role="columnheader">theirs</span>
          <span role="columnheader">says</span>
        </div>
        {negotiation.map(({ message, at, direction, type, says }) => {
          const name = <MessageLink message={message}>{type}</MessageLink>;
          return (
            <div key={message} role="row" data-direction={direction}>
              <span role="cell">
                <time title={wallClock(startedAt + at)}>{since(at)}</time>
              </span>
              <span role="cell">{direction === 'sent' && name}</span>
              <span role="cell">{direction === 'received' && name}</span>
              <span role="cell">{says}</span>
            </div>
          );
        })}
      </div>
      {negotiationDropped > 0 && (
        <p className={styles.note}>
          And {number(negotiationDropped)} more, which are in Messages: the first {number(negotiation.length)}{' '}
          are shown.
        </p>
      )}
    </section>
  );
}

function featureRows(features: FeatureFacts): (readonly [name: string, says: ReactNode])[] {
  const { wtxidrelay, sendaddrv2, sendheaders, sendcmpct, sendtxrcncl, announced } = features;
  const compact = sendcmpct.map(
    ({ version, announce }) =>
      `version ${version}, ${announce ? 'new ones unasked' : 'when they are asked for'}`,
  );
  return [
    [
      'wtxidrelay',
      wtxidrelay
        ? 'Yes: transactions are announced by a hash that covers their witnesses (BIP339).'
        : 'No: transactions are announced by their txid.',
    ],
    [
      'sendaddrv2',
      sendaddrv2
        ? 'Yes: it takes addresses of every network, Tor and I2P too (BIP155).'
        : 'No: it takes IPv4 and IPv6 addresses alone.',
    ],
    [
      'sendcmpct',
      compact.length > 0 ? `Compact blocks of ${compact.join('; ')} (BIP152).` : 'No compact blocks.',
    ],
    [
      'sendheaders',
      sendheaders
        ? 'Yes: it wants new blocks announced by their headers (BIP130).'
        : 'Not asked for. Nodes ask once they have seen our best header.',
    ],
    [
      'sendtxrcncl',
      sendtxrcncl === undefined
        ? 'No: sets of transactions are not reconciled.'
        : `It offers to reconcile sets of transactions, version ${sendtxrcncl} (BIP330).`,
    ],
    ...(announced.length === 0
      ? [['feature', 'None announced (BIP434).'] as const]
      : announced.map(
          ({ id, bytes, hex }, at) =>
            [
              `feature ${at + 1}`,
              <>
                <code>{id}</code>, {number(bytes)} bytes of data{bytes > 0 && ': '}
                {bytes > 0 && <code>{hex}</code>}
                {bytes > hex.length / 2 && ' …'}
              </>,
            ] as const,
        )),
  ];
}
