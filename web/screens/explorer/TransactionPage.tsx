import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../components/CopyButton.js';
import { count, number, since } from '../../format.js';
import { usePage } from '../../store/store.js';
import type { TransactionView } from '../../worker/explore/protocol.js';
import styles from './Explorer.module.css';
import { WholeHash } from './Hash.js';
import { FindBlock, FindSpent } from './LookBack.js';
import { cancelled, MissingNotice, notLoaded } from './MissingNotice.js';
import { blockPath } from './place.js';
import { rawHex } from './raw.js';
import { InputSide, OutputSide } from './Sides.js';
import { ToMessage } from './ToMessage.js';
import { useAnswer, useSessionMark, useSlowly } from './useAnswer.js';
import { Waiting } from './Waiting.js';
import { btc } from './words.js';

/** A transaction by its id, whole: what it spends on the left, whom it pays on the right. */
export function TransactionPage({ id }: { id: string }) {
  const mark = useSessionMark();
  const ready = usePage(({ connection }) => connection.chain !== undefined);
  const live = usePage(({ connection }) => connection.state === 'ready' && !connection.recording);
  // Where it stands, and the blocks that are here, change as blocks come.
  const revision = useSlowly(usePage(({ connection }) => connection.chain?.revision ?? 0));
  const tip = usePage(({ connection }) => connection.chain?.height ?? 0);
  const [found, setFound] = useState(0);
  const asked = useAnswer('exploreTransaction', ready ? { id } : undefined, `${mark} ${revision} ${found}`);
  const onFound = () => setFound((before) => before + 1);
  const answer = asked.state === 'answered' ? (asked.answer ?? notLoaded) : undefined;
  const view = answer?.kind === 'transaction' ? answer : undefined;
  const missing = asked.state === 'cancelled' ? cancelled : answer?.kind === 'missing' ? answer : undefined;
  return (
    <article className={styles.page} aria-labelledby="transaction-title">
      <h1 id="transaction-title">{view?.coinbase ? 'Coinbase transaction' : 'Transaction'}</h1>
      <WholeHash hash={view?.txid ?? id} what="id" />
      {asked.state === 'asking' && (
        <Waiting
          words={live ? 'Asking the node for this transaction' : 'Reading this transaction'}
          onCancel={asked.cancel}
        />
      )}
      {missing && asked.state !== 'asking' && <MissingNotice missing={missing} onAgain={asked.again} />}
      {missing?.code === 'not-found' && <FindBlock id={id} from={tip} live={live} onFound={onFound} />}
      {view && <Whole view={view} live={live} onFound={onFound} />}
    </article>
  );
}

function Whole(props: { view: TransactionView; live: boolean; onFound: () => void }) {
  const { view, live, onFound } = props;
  // Before a block has come there is none that it could be in.
  const news = usePage(({ connection }) => connection.chain?.news !== undefined);
  const { txid, wtxid, block, message, size, fee, coinbase, spent, tip, below = tip } = view;
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
      {block === undefined && news && <FindBlock id={txid} from={tip} live={live} onFound={onFound} />}
      {!coinbase && fee === undefined && spent.known < spent.of && (
        <FindSpent id={txid} from={below} live={live} onFound={onFound} missing={spent.of - spent.known} />
      )}
      <div className={styles.sides}>
        <InputSide view={view} />
        <OutputSide view={view} />
      </div>
    </>
  );
}

function factsOf(view: TransactionView): (readonly [name: string, value: ReactNode])[] {
  const { fee, coinbase, value, spent, counts } = view;
  return [
    ['State', <State key="" view={view} />],
    ['Pays', `${btc(value)} BTC`],
    ...(fee ? [['Spends', `${btc(value + fee.fee)} BTC`] as const] : []),
    [
      'Fee',
      coinbase
        ? 'none: it makes new coins'
        : fee
          ? `${btc(fee.fee)} BTC`
          : spent.of < counts.inputs
            ? `not known: only ${number(spent.of)} inputs are looked at`
            : 'not known: what it spends is not here',
    ],
    ...(fee ? [['Fee rate', `${fee.rate.toFixed(1)} sat/vB`] as const] : []),
    ['Size', `${number(view.size)} bytes`],
    ['Virtual size', `${number(view.vsize)} vB`],
    ['Weight', `${number(view.weight)} WU`],
    ['Version', String(view.version)],
    ['Lock time: may be mined', view.lockTime],
    [
      'Replaceable',
      coinbase ? 'no' : view.replaceable ? 'yes, it says so (BIP125)' : 'does not say so (BIP125)',
    ],
  ];
}

/** Whether a block holds it, as far as that is known here. */
function State({ view: { block, first } }: { view: TransactionView }) {
  if (block === undefined)
    return (
      <>
        unconfirmed, as far as is known here{first && `; first ${seenAs[first.direction]} at `}
        {first && <span className={styles.time}>{since(first.at)}</span>}
      </>
    );
  const { hash, height, stands, confirmations, index } = block;
  return (
    <>
      {stands === 'chain' ? 'in ' : 'not in the chain: in '}
      <Link href={blockPath(hash)}>{height === undefined ? 'a block' : `block ${number(height)}`}</Link>
      {stands === 'branch' && ' on a branch beside it'}
      {index !== undefined && `, number ${number(index)}`}
      {confirmations !== undefined && `; ${count(confirmations, 'confirmation')}`}
    </>
  );
}

const seenAs = { received: 'heard of', sent: 'sent from here' } as const;
