import { CopyButton } from '../../components/CopyButton.js';
import { since } from '../../format.js';
import { timeToString } from '../../../shared/messages/time.js';
import type { AddressRow } from '../../worker/node/protocol.js';
import styles from './Node.module.css';
import { age } from './words.js';

/** All that was told of one address: in the table a narrow screen has no room for it. */
export function AddressFacts({ row }: { row: AddressRow }) {
  const { host, port, network, heard, ageS, learned, services, unusable } = row;
  // What stands for an address of an unknown network is none that anybody could dial.
  const whole = host.startsWith('network ') ? host : `${host}:${port}`;
  return (
    <section className={styles.address} aria-label="The chosen address">
      <p className={styles.whole}>{whole}</p>
      <p className={styles.note}>
        {network}
        {unusable !== undefined && `, of no use: ${unusable}`}. Services: {services.join(', ') || 'none'}.
        Last heard of {age(ageS)}, at {timeToString(heard)}; told to us at {since(learned)}.
      </p>
      <CopyButton key={whole} text={whole} label="Copy the address" />
    </section>
  );
}
