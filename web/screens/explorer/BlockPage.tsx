import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../components/CopyButton.js';
import { count, number } from '../../format.js';
import { usePage } from '../../store/store.js';
import type { BlockView, HeaderView } from '../../worker/explore/protocol.js';
import { BlockTransactions } from './BlockTransactions.js';
import { Checks } from './Checks.js';
import { CompactPart, Composed } from './CompactPart.js';
import styles from './Explorer.module.css';
import { FilterPart } from './FilterPart.js';
import { HashLink, WholeHash } from './Hash.js';
import { cancelled, MissingNotice, notLoaded } from './MissingNotice.js';
import { blockPath, headersPath, transactionPath } from './place.js';
import { ToMessage } from './ToMessage.js';
import { rawHex } from './raw.js';
import { useAnswer, useSessionMark, useSlowly } from './useAnswer.js';
import { Waiting } from './Waiting.js';
import { btc, bytes, utc } from './words.js';

const isHeight = (id: string): boolean => id.length < 64;

/** A block by its height or its hash: what its header says at once, the rest as it comes. */
export function BlockPage({ id }: { id: string }) {
  const mark = useSessionMark();
  const revision = useSlowly(usePage(({ connection }) => connection.chain?.revision ?? 0));
  const ready = usePage(({ connection }) => connection.chain !== undefined);
  const [arrived, setArrived] = useState('');
  const header = useAnswer('exploreHeader', ready ? { at: id } : undefined, `${mark} ${revision} ${arrived}`);
  const known = header.state === 'answered' ? header.answer : undefined;
  const view = known?.kind === 'header' ? known : undefined;
  const hash = view?.hash ?? (isHeight(id) ? undefined : id);
  const title =
    view?.height !== undefined
      ? `Block ${number(view.height)}`
      : isHeight(id)
        ? `Block ${number(Number(id))}`
        : 'Block';
  return (
    <article className={styles.page} aria-labelledby="block-title">
      <div className={styles.title}>
        <h1 id="block-title">{title}</h1>
        {view && <Neighbours view={view} />}
      </div>
      {hash !== undefined && <WholeHash hash={hash} what="hash" />}
      {known?.kind === 'missing' && isHeight(id) && <MissingNotice missing={known} />}
      {header.state === 'answered' && known === undefined && (
        <MissingNotice missing={notLoaded} onAgain={header.again} />
      )}
      {(view !== undefined || (known !== undefined && hash !== undefined)) && hash !== undefined && (
        <Body key={hash} hash={hash} header={view} mark={mark} onArrival={setArrived} />
      )}
    </article>
  );
}

function Neighbours({ view: { previous, next, height } }: { view: HeaderView }) {
  const name = (by: number, word: string) => (height === undefined ? word : number(height + by));
  return (
    <nav className={styles.neighbours} aria-label="Neighbours">
      {previous && (
        <Link href={blockPath(previous)} rel="prev">
          ← <span className="visually-hidden">block before, </span>
          {name(-1, 'before')}
        </Link>
      )}
      {next && (
        <Link href={blockPath(next)} rel="next">
          <span className="visually-hidden">block after, </span>
          {name(1, 'after')} →
        </Link>
      )}
    </nav>
  );
}

function Body(props: {
  hash: string;
  header: HeaderView | undefined;
  mark: string;
  onArrival: (hash: string) => void;
}) {
  const { hash, header, mark, onArrival } = props;
  const live = usePage(({ connection }) => connection.state === 'ready' && !connection.recording);
  const [anyway, setAnyway] = useState(false);
  const [how, setHow] = useState<'missing' | 'whole'>();
  const asked = useAnswer('exploreBlock', { hash, ...(anyway && { anyway }), ...(how && { how }) }, mark);
  const answer = asked.state === 'answered' ? (asked.answer ?? notLoaded) : undefined;
  const block = answer?.kind === 'block' ? answer : undefined;
  const compact = answer?.kind === 'compact' ? answer : undefined;
  const missing = asked.state === 'cancelled' ? cancelled : answer?.kind === 'missing' ? answer : undefined;
  // One that nothing here knew has a header now.
  const isNews = (block ?? compact) !== undefined && header === undefined;
  useEffect(() => {
    if (isNews) onArrival(hash);
  }, [isNews, hash, onArrival]);
  return (
    <>
      {asked.state === 'asking' && (
        <Waiting
          words={live ? 'Asking the node for this block' : 'Reading this block'}
          onCancel={asked.cancel}
        />
      )}
      {missing && asked.state !== 'asking' && (
        <MissingNotice missing={missing} onAgain={asked.again} onAnyway={() => setAnyway(true)} />
      )}
      {header === undefined && (missing !== undefined || asked.state === 'asking') && (
        <p>
          The id of a transaction looks the same:{' '}
          <Link href={transactionPath(hash)}>look it up as a transaction</Link>.
        </p>
      )}
      {compact && asked.state !== 'asking' && <CompactPart view={compact} onGet={setHow} />}
      {block?.composed && <Composed of={block.composed} />}
      <Facts header={header} block={block} />
      <Checks
        checks={[
          ...(header ? [{ name: 'Proof of work', ...header.work }] : []),
          ...(block
            ? [
                { name: 'Merkle root', ...block.merkleRoot },
                { name: 'Witness commitment', ...block.witness },
              ]
            : []),
        ]}
      />
      <div className={styles.tools}>
        {header && <CopyButton text={header.hex} label="Copy the header as hex" />}
        {block && (
          <CopyButton text={() => rawHex('block', hash)} label={`Copy ${bytes(block.size)} as hex`} />
        )}
        {(block ?? compact)?.message !== undefined && <ToMessage message={(block ?? compact)!.message!} />}
        {header?.stands === 'chain' && header.height !== undefined && (
          <Link href={headersPath(header.height)}>Headers around it</Link>
        )}
      </div>
      {block && (
        <section className={styles.part} aria-labelledby="block-transactions">
          <h2 id="block-transactions">{count(block.transactions, 'transaction')}</h2>
          <BlockTransactions hash={hash} count={block.transactions} />
        </section>
      )}
      {header?.stands === 'chain' && <FilterPart hash={hash} />}
    </>
  );
}

const standing = {
  chain: '',
  branch: 'on a branch beside the chain',
  unknown: 'outside of the chain that is known here',
} as const;

function Facts({ header, block }: { header: HeaderView | undefined; block: BlockView | undefined }) {
  const facts: (readonly [name: string, value: ReactNode])[] = [];
  if (header) {
    const { height, confirmations, stands } = header;
    facts.push([
      'Height',
      <>
        {height === undefined ? 'not known' : number(height)}
        {stands !== 'chain' &&
          ` (${standing[stands]}${stands === 'unknown' && height !== undefined ? ': its coinbase says so' : ''})`}
      </>,
    ]);
    facts.push([
      'Time',
      <time dateTime={new Date(header.time * 1000).toISOString()}>{utc(header.time)} UTC</time>,
    ]);
    if (confirmations !== undefined) facts.push(['Confirmations', number(confirmations)]);
  }
  if (block) {
    facts.push(['Size', `${number(block.size)} bytes`], ['Weight', `${number(block.weight)} WU`]);
    facts.push(['All outputs', `${btc(block.value)} BTC`], ['Coinbase pays', `${btc(block.reward)} BTC`]);
  }
  if (header) {
    const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
    if (header.difficulty !== undefined) facts.push(['Difficulty', difficulty(header.difficulty)]);
    facts.push(['Target, compact', hex(header.bits)]);
    facts.push(['Nonce', hex(header.nonce)], ['Version', hex(header.version)]);
  }
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {header && (
        <dl className={styles.long}>
          <div>
            <dt>Merkle root</dt>
            <dd>
              <code>{header.merkleRoot}</code>
            </dd>
          </div>
          {header.previous && (
            <div>
              <dt>Block before</dt>
              <dd>
                <HashLink hash={header.previous} to={blockPath(header.previous)} />
              </dd>
            </div>
          )}
          {header.next && (
            <div>
              <dt>Block after</dt>
              <dd>
                <HashLink hash={header.next} to={blockPath(header.next)} />
              </dd>
            </div>
          )}
        </dl>
      )}
    </>
  );
}

/** Regtest's is a billionth, mainnet's has fifteen digits. */
const difficulty = (value: number): string =>
  value >= 100 ? number(Math.round(value)) : value.toPrecision(4);
