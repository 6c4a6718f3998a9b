import { useState } from 'react';
import { Button } from '../../components/Button.js';
import { CopyButton } from '../../components/CopyButton.js';
import { number } from '../../format.js';
import type { FilterView } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';
import { cancelled, MissingNotice, notLoaded } from './MissingNotice.js';
import { useAnswer } from './useAnswer.js';
import { Waiting } from './Waiting.js';

/** The block’s compact filter, fetched when somebody wants it. */
export function FilterPart({ hash }: { hash: string }) {
  const [wanted, setWanted] = useState(false);
  const asked = useAnswer('exploreFilter', wanted ? { hash } : undefined);
  const answer = asked.state === 'answered' ? (asked.answer ?? notLoaded) : undefined;
  const missing = asked.state === 'cancelled' ? cancelled : answer?.kind === 'missing' ? answer : undefined;
  return (
    <section className={styles.part} aria-labelledby="block-filter">
      <h2 id="block-filter">Compact filter</h2>
      {!wanted && (
        <>
          <p className={styles.quiet}>
            A few bytes that tell a light client whether a block may concern it, without the block (BIP158).
          </p>
          <div className={styles.tools}>
            <Button onClick={() => setWanted(true)}>Ask for the filter</Button>
          </div>
        </>
      )}
      {wanted && asked.state === 'asking' && (
        <Waiting words="Asking the node for the filter" onCancel={asked.cancel} />
      )}
      {wanted && missing && asked.state !== 'asking' && (
        <MissingNotice missing={missing} onAgain={asked.again} />
      )}
      {answer?.kind === 'filter' && <Filter view={answer} />}
    </section>
  );
}

function Filter({ view: { filter, elements, hash, check } }: { view: FilterView }) {
  return (
    <>
      <dl className={styles.facts}>
        <div>
          <dt>Size</dt>
          <dd>{number(filter.bytes)} bytes</dd>
        </div>
        <div>
          <dt>Scripts in it</dt>
          <dd>{number(elements)}</dd>
        </div>
      </dl>
      <dl className={styles.long}>
        <div>
          <dt>Hash of the filter</dt>
          <dd>
            <code>{hash}</code>
          </dd>
        </div>
        <div>
          <dt>Bytes</dt>
          <dd>
            <code className={styles.hex}>
              {filter.hex}
              {filter.hex.length < 2 * filter.bytes && '…'}
            </code>
          </dd>
        </div>
        {check && (
          <div>
            <dt>Held against the block, in this tab</dt>
            <dd>
              <strong>{check.outcome}</strong> {check.says}
            </dd>
          </div>
        )}
      </dl>
      {filter.hex.length === 2 * filter.bytes && (
        <div className={styles.tools}>
          <CopyButton text={filter.hex} label="Copy the filter as hex" />
        </div>
      )}
    </>
  );
}
