import { useEffect, useState } from 'react';
import { CopyButton } from '../../components/CopyButton.js';
import { Pane } from '../../components/Panes.js';
import { number, since, wallClock } from '../../format.js';
import { ask } from '../../store/client.js';
import type { DerivationView, RekeyRow } from '../../worker/protocol.js';
import { Derived } from './Derived.js';
import { Gauge } from './Gauge.js';
import styles from './RekeyPane.module.css';
import { REKEY_INTERVAL } from './rekey-counter.js';
import { linkOf } from './useStreamLink.js';

/** Both keys of a direction replaced: nothing was sent for it, both ends count. */
export function RekeyPane(props: { row: RekeyRow; startedAt: number; onClose: () => void }) {
  const { row, startedAt } = props;
  const { direction, epoch } = row;
  const [derivations, setDerivations] = useState<readonly DerivationView[]>();
  useEffect(() => {
    let left = false;
    void ask('rekeying', { rekey: { direction, epoch } }).then((answer) => {
      if (!left) setDerivations(answer);
    });
    return () => {
      left = true;
    };
  }, [direction, epoch]);
  const next = number(epoch + 1);
  return (
    <Pane
      label={`Rekeying, ${direction}`}
      head={
        <h2>
          rekey: epoch {number(epoch)} → {next}
        </h2>
      }
      onClose={props.onClose}
    >
      <p className={styles.facts}>
        {direction}, at <time title={wallClock(startedAt + row.at)}>{since(row.at)}</time>
      </p>
      <div className={styles.why}>
        <Gauge used={REKEY_INTERVAL} />
        <p>
          Packet {number(epoch * REKEY_INTERVAL + REKEY_INTERVAL - 1)} was the {REKEY_INTERVAL}th under these
          keys. Both ends count, so nothing is sent for it: each computes the next two keys and forgets the
          old ones. Whoever gets hold of a key later cannot read what came before.
        </p>
      </div>
      {derivations && (
        <Derived
          heading="How the keys were replaced"
          derivations={derivations}
          secretAt={(place) => ({ rekey: { direction, epoch }, ...place })}
        />
      )}
      <p>
        <CopyButton text={() => linkOf(row)} label="Copy its link" />
      </p>
    </Pane>
  );
}
