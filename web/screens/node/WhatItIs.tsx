import type { ReactNode } from 'react';
import { networks } from '../../../shared/networks.js';
import { Term } from '../../components/Term.js';
import { number, since } from '../../format.js';
import type { Connection } from '../../store/store.js';
import type { NodeFacts, VersionFacts } from '../../worker/node/protocol.js';
import { MessageLink } from './MessageLink.js';
import styles from './Node.module.css';
import { clockWords, duration, feeRate, serviceWords, tipWords } from './words.js';

/** What the node says of itself. */
export function WhatItIs(props: { connection: Connection; node: NodeFacts; theirs: VersionFacts }) {
  const { connection, node, theirs } = props;
  const { network, bridge, protocol } = connection;
  const { tip, clock, feeFilter, ours } = node;
  return (
    <section className={styles.part} aria-labelledby="node-is">
      <h2 id="node-is">What it is</h2>
      <dl className={styles.facts} data-testid="node-facts">
        <Fact name="Name">
          <code>{theirs.userAgent === '' ? 'none given' : theirs.userAgent}</code>
          <Note>
            said in its <MessageLink message={theirs.message}>version message</MessageLink> at{' '}
            {since(theirs.at)}
          </Note>
        </Fact>
        {bridge && (
          <Fact name="Address">
            <code>{bridge.address}</code>
            <Note>what the bridge dialled</Note>
          </Fact>
        )}
        <Fact name="Network">
          {network && networks[network].label}
          <Note>{protocol === 'v1' ? 'over v1, unencrypted' : 'over v2, encrypted'}</Note>
        </Fact>
        <Fact name="Protocol version">
          <span className={styles.figure}>{theirs.version}</span>
          {ours && <Note>{versionWords(theirs.version, ours.version)}</Note>}
        </Fact>
        <Fact name="Height">
          <span className={styles.figure} data-testid="node-height">
            {tip ? number(tip.height) : 'not said'}
          </span>
          {tip && <Note>{tipWords(tip)}</Note>}
          {tip?.hash && (
            <a className={styles.hash} href={`#/explorer/block/${tip.hash}`}>
              {tip.hash}
            </a>
          )}
        </Fact>
        {tip && tip.how !== 'version' && (
          <Fact name="Height when it came">
            <span className={styles.figure}>{theirs.height < 0 ? 'not said' : number(theirs.height)}</span>
          </Fact>
        )}
        {clock && (
          <Fact name="Clock">
            {clockWords(clock)}
            <Note>
              It tells whole seconds, and was on the way for about half of {duration(clock.roundTripMs)}.
            </Note>
          </Fact>
        )}
        <Fact name="Transactions">
          {theirs.relay ? 'it wants them announced' : 'it wants none announced'}
          <Note>the relay flag (BIP37)</Note>
        </Fact>
        {feeFilter && (
          <Fact name="Fee filter">
            <span className={styles.figure}>{feeRate(feeFilter.rate)}</span>
            <Note>It wants no transaction announced that pays less (BIP133).</Note>
          </Fact>
        )}
      </dl>
      <h3 id="node-services">
        What it <Term id="service-bit">offers</Term>
      </h3>
      {theirs.services.length === 0 ? (
        <p>Nothing: it sets no service bit, as light clients do.</p>
      ) : (
        <dl className={styles.pairs} aria-labelledby="node-services" data-testid="node-services">
          {theirs.services.map((service) => (
            <div key={service}>
              <dt>
                <code>{service}</code>
              </dt>
              <dd>{serviceWords[service] ?? 'a service bit without a settled name'}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const Note = ({ children }: { children: ReactNode }) => <span className={styles.aside}>{children}</span>;

function versionWords(theirs: number, ours: number): string {
  if (theirs === ours) return 'as ours';
  return `ours is ${ours}: the lower one counts`;
}
