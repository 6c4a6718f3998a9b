import { toHex } from '../../../shared/bytes.js';
import { HexGroups } from '../../components/HexGroups.js';
import { count, number } from '../../format.js';
import { Gauge } from './Gauge.js';
import styles from './NonceAndKeys.module.css';
import { rekeyCounter, REKEY_INTERVAL } from './rekey-counter.js';

const SHOWN_BYTES = 32;

/** What makes every packet's encryption another: the nonce, which counts; the keys' age; the additional data. */
export function NonceAndKeys(props: { packet: number; nonce?: Uint8Array; aad?: Uint8Array }) {
  const { packet, nonce, aad } = props;
  const { used, left, epoch } = rekeyCounter(packet);
  return (
    <dl className={styles.list}>
      <div>
        <dt>Rekey counter</dt>
        <dd className={styles.counter}>
          <Gauge used={used} />
          <span>
            <strong>
              {used}/{REKEY_INTERVAL}
            </strong>{' '}
            in epoch {number(epoch)}.{' '}
            {left === 0
              ? 'The last under these keys: both are replaced after it.'
              : `After it ${count(left, 'more packet')}, then both keys are replaced.`}
          </span>
        </dd>
      </div>
      {nonce && (
        <div>
          <dt>Nonce</dt>
          <dd className={styles.nonce}>
            <code>{toHex(nonce.subarray(0, 4))}</code>
            <span aria-label="then">‖</span>
            <code>{toHex(nonce.subarray(4))}</code>
            <span className={styles.note}>
              LE32({number(packet)} mod {REKEY_INTERVAL} = {used}) ‖ LE64(epoch {number(epoch)})
            </span>
          </dd>
        </div>
      )}
      {aad && (
        <div>
          <dt>Additional data</dt>
          <dd>
            {aad.length === 0 ? (
              packet === 0 ? (
                'None: no garbage was sent that this packet would authenticate.'
              ) : (
                'None: only a direction’s first packet has any, the garbage before it.'
              )
            ) : (
              <>
                <HexGroups className={styles.hex} hex={toHex(aad.subarray(0, SHOWN_BYTES))} />
                <span className={styles.note}>
                  {aad.length > SHOWN_BYTES && '… '}
                  {count(aad.length, 'byte')} of garbage, which this packet’s tag authenticates.
                </span>
              </>
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
