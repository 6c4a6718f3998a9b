import { type ReactNode } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../components/CopyButton.js';
import { number } from '../../format.js';
import { usePage } from '../../store/store.js';
import type { TransactionView } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';
import { WholeHash } from './Hash.js';
import { cancelled, MissingNotice, notLoaded } from './MissingNotice.js';
import { blockPath } from './place.js';
import { rawHex } from './raw.js';
import { InputSide, OutputSide } from './Sides.js';
import { ToMessage } from './ToMessage.js';
import { useAnswer, useSessionMark } from './useAnswer.js';
import { Waiting } from './Waiting.js';
import { btc } from './words.js';

/** A transaction by its id, whole: what it spends on the left, whom it pays on the right. */
export function TransactionPage({ id }: { id: string }) {
  const mark = useSessionMark();
  const ready = usePage(({ connection }) => connection.chain !== undefined);
  const asked = useAnswer('exploreTransaction', ready ? { id } : undefined, mark);
  const answer = asked.state === 'answered' ? (asked.answer ?? notLoaded) : undefined;
  const view = answer?.kind === 'transaction' ? answer : undefined;
  const missing = asked.state === 'cancelled' ? cancelled : answer?.kind === 'missing' ? answer : undefined;
  return (
    <article className={styles.page} aria-labelledby="transaction-title">
      <h1 id="transaction-title">{view?.coinbase ? 'Coinbase transaction' : 'Transaction'}</h1>
      <WholeHash hash={view?.txid ?? id} what="id" />
      {asked.state === 'asking' && (
        <Waiting words="Asking the node for this transaction" onCancel={asked.cancel} />
      )}
      {missing && asked.state !== 'asking' && <MissingNotice missing={missing} onAgain={asked.again} />}
      {view && <Whole view={view} />}
    </article>
  );
}

function Whole({ view }: { view: TransactionView }) {
  const { txid, wtxid, block, message, size } = view;
  return (
    <>
      <dl className={styles.facts}>
        {factsOf(view).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className={styles.long}>
        <div>
          <dt>{wtxid === txid ? 'Witness id' : 'Witness id (wtxid)'}</dt>
          <dd>{wtxid === txid ? 'the same: it has no witness' : <code>{wtxid}</code>}</dd>
        </div>
      </dl>
      <div className={styles.tools}>
        <CopyButton text={() => rawHex('transaction', txid)} label={`Copy ${number(size)} bytes as hex`} />
        {message !== undefined && <ToMessage message={message} />}
        {block && <Link href={blockPath(block.hash)}>Its block</Link>}
      </div>
      <div className={styles.sides}>
        <InputSide view={view} />
        <OutputSide view={view} />
      </div>
    </>
  );
}

function factsOf(view: TransactionView): (readonly [name: string, value: ReactNode])[] {
  const { block, fee, coinbase } = view;
  return [
    [
      'Where',
      block === undefined ? (
        'not in a block that is here'
      ) : (
        <>
          <Link href={blockPath(block.hash)}>
            {block.height === undefined ? 'a block' : `block ${number(block.height)}`}
          </Link>
          , number {number(block.index)}
        </>
      ),
    ],
    ['Pays', `${btc(view.value)} BTC`],
    [
      'Fee',
      coinbase
        ? 'none: it makes new coins'
        : fee === undefined
          ? 'not known: what it spends is not here'
          : `${btc(fee.fee)} BTC, ${fee.rate.toFixed(1)} sat/vB`,
    ],
    ['Size', `${number(view.size)} bytes`],
    ['Virtual size', `${number(view.vsize)} vB`],
    ['Weight', `${number(view.weight)} WU`],
    ['Version', String(view.version)],
    ['May be mined', view.lockTime],
    [
      'Replaceable',
      coinbase ? 'no' : view.replaceable ? 'yes, it says so (BIP125)' : 'does not say so (BIP125)',
    ],
  ];
}
