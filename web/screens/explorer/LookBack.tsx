import { Button } from '../../components/Button.js';
import { count, number } from '../../format.js';
import styles from './Explorer.module.css';
import { MissingNotice } from './MissingNotice.js';
import { BLOCKS_AT_ONCE, useLookBack, type Progress } from './useLookBack.js';
import { Waiting } from './Waiting.js';
import { bytes } from './words.js';

interface Props {
  readonly id: string;
  /** The highest block that may hold what is sought. */
  readonly from: number;
  /** Whether there is a node to ask. */
  readonly live: boolean;
  readonly onFound: () => void;
}

/** What a transaction spends, where that is not here: why not, and the ways to it. */
export function FindSpent({ id, from, live, onFound, missing }: Props & { readonly missing: number }) {
  const { state, askNode, search, cancel } = useLookBack(id, 'parents', onFound);
  if (state.at === 'found') return null;
  return (
    <section className={styles.seek} aria-labelledby="spent">
      <h2 id="spent">{count(missing, 'input')} without an amount</h2>
      <p>
        What an input spends, and with it the fee, stands in an earlier transaction. P2P has no look-up of a
        mined one by its id: nodes hand out those that wait for a block, or that they relayed a moment ago.
        The others stand in blocks.
      </p>
      {!live && <p>Nobody can be asked here: connect to a node.</p>}
      {live && state.at === 'start' && (
        <Button onClick={() => void askNode()}>Look for what it spends</Button>
      )}
      {state.at === 'asking' && <Waiting words="Asking the node for what it spends" onCancel={cancel} />}
      {state.at === 'asked' && (
        <>
          <p role="status">
            The node was asked for {count(state.asked, 'transaction')} and hands out{' '}
            {state.asked === state.left ? 'none' : number(state.asked - state.left)}.
          </p>
          <Offer what="for the rest" from={from} onSearch={() => void search(startAt(from))} />
        </>
      )}
      <Searching {...{ state, search, cancel }} />
    </section>
  );
}

/** The block that holds a transaction, where no block is known to. */
export function FindBlock({ id, from, live, onFound }: Props) {
  const { state, search, cancel } = useLookBack(id, 'itself', onFound);
  if (state.at === 'found' || !live) return null;
  return (
    <section className={styles.seek} aria-labelledby="block-of-it">
      <h2 id="block-of-it">Is it in a block?</h2>
      <p>No message says so: only the block itself does, once it is here.</p>
      {state.at === 'start' && (
        <Offer what="for it" from={from} onSearch={() => void search(startAt(from))} />
      )}
      <Searching {...{ state, search, cancel }} />
    </section>
  );
}

const startAt = (height: number): Progress => ({ next: height, blocks: 0, bytes: 0 });

function Offer(props: { what: string; from: number; onSearch: () => void }) {
  const { what, from, onSearch } = props;
  return (
    <div className={styles.tools}>
      <Button onClick={onSearch}>
        Search blocks {what}, from height {number(from)} down
      </Button>
      <span className={styles.quiet}>
        Each is fetched whole; after {count(Math.min(BLOCKS_AT_ONCE, from + 1), 'block')} it rests.
      </span>
    </div>
  );
}

function Searching(props: Pick<ReturnType<typeof useLookBack>, 'state' | 'search' | 'cancel'>) {
  const { state, search, cancel } = props;
  switch (state.at) {
    case 'looking': {
      const { next, blocks, bytes: size } = state.progress;
      return (
        <div className={styles.waiting}>
          <progress
            aria-label="Blocks searched"
            value={blocks % BLOCKS_AT_ONCE}
            max={Math.min(BLOCKS_AT_ONCE, blocks + next + 1)}
          />
          <span>
            Block {number(next)} is looked into; {count(blocks, 'block')} before it, {bytes(size)}.
          </span>
          <Button onClick={cancel}>Cancel</Button>
        </div>
      );
    }
    case 'rests': {
      const { next, blocks, bytes: size } = state.progress;
      return (
        <>
          <p role="status">
            {count(blocks, 'block')} were searched, {bytes(size)}, down to height {number(next + 1)}.{' '}
            {next < 0 ? 'There are none below.' : 'Not all was found.'}
          </p>
          {next >= 0 && (
            <Button onClick={() => void search(state.progress)}>Go on from height {number(next)}</Button>
          )}
        </>
      );
    }
    case 'missing': {
      const { missing, progress } = state;
      return <MissingNotice missing={missing} {...(progress && { onAgain: () => void search(progress) })} />;
    }
    default:
      return null;
  }
}
