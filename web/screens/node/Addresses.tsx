import { useEffect, useState } from 'react';
import { Button } from '../../components/Button.js';
import { CopyButton } from '../../components/CopyButton.js';
import { useDownload } from '../../components/useDownload.js';
import { count, number, since } from '../../format.js';
import { ask } from '../../store/client.js';
import type { Connection } from '../../store/store.js';
import type { AddressFacts, AddressQuery, AddressSort } from '../../worker/node/protocol.js';
import { AddressTable } from './AddressTable.js';
import styles from './Node.module.css';

/** As long as the worker waits for an answer (web/worker/limits.ts). */
const PATIENCE_MS = 120_000;

const sorts: readonly (readonly [AddressSort, string])[] = [
  ['heard', 'last heard of'],
  ['network', 'network'],
  ['address', 'address'],
  ['port', 'port'],
  ['services', 'services'],
  ['learned', 'when it told us'],
];

/** The nodes that this one knows of, as far as it told. */
export function Addresses(props: { facts: AddressFacts; connection: Connection; live: boolean }) {
  const { facts, connection, live } = props;
  const [query, setQuery] = useState<AddressQuery>({ network: '', sort: 'heard', descending: true });
  // A network may go when its addresses make room for others.
  const network = facts.networks.some(({ name }) => name === query.network) ? query.network : '';
  const shown = { ...query, network };
  return (
    <section className={styles.part} aria-labelledby="node-addresses">
      <h2 id="node-addresses">Whom it knows</h2>
      <Asking facts={facts} connection={connection} live={live} />
      {facts.kept > 0 && (
        <>
          <p data-testid="node-networks">
            {count(facts.kept, 'address', 'addresses')} told in {count(facts.messages, 'message')}:{' '}
            {facts.networks.map(({ name, count: many }) => `${number(many)} ${name}`).join(', ')}.
            {facts.dropped > 0 &&
              ` ${number(facts.dropped)} that were told earlier are no longer kept: only the latest ${number(facts.kept)} are.`}
          </p>
          <div className={styles.tools}>
            <label>
              Network
              <select
                value={network}
                onChange={(event) => setQuery({ ...query, network: event.target.value })}
              >
                <option value="">all</option>
                {facts.networks.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <label>
              Sorted by
              <select
                value={query.sort}
                onChange={(event) => setQuery({ ...query, sort: event.target.value as AddressSort })}
              >
                {sorts.map(([sort, name]) => (
                  <option key={sort} value={sort}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <input
                type="checkbox"
                checked={query.descending}
                onChange={(event) => setQuery({ ...query, descending: event.target.checked })}
              />
              highest or latest first
            </label>
          </div>
          <AddressTable query={shown} revision={facts.revision} />
          <Copies query={shown} />
        </>
      )}
    </section>
  );
}

function Asking(props: { facts: AddressFacts; connection: Connection; live: boolean }) {
  const { askedAt, answeredAt, kept } = props.facts;
  const { startedAt } = props.connection;
  const [problem, setProblem] = useState<string>();
  const waits = props.live && askedAt !== undefined && answeredAt === undefined;
  const late = useLate(waits ? startedAt + askedAt + PATIENCE_MS : undefined);
  const askIt = async () => setProblem((await ask('nodeAskAddresses', {}))?.problem);
  return (
    <>
      {askedAt === undefined && (
        <p>
          {kept === 0 && 'It has told of no other node so far. '}
          {props.live
            ? 'A node answers this question once per connection, with a part of what it knows.'
            : 'Nobody asked it in this session.'}
        </p>
      )}
      {props.live && askedAt === undefined && (
        <p>
          <Button onClick={() => void askIt()}>Ask for addresses</Button>
        </p>
      )}
      <p role="status" className={styles.status}>
        {problem}
        {askedAt !== undefined &&
          (answeredAt !== undefined
            ? `Asked at ${since(askedAt)}, answered at ${since(answeredAt)}. It answers once per connection.`
            : !props.live
              ? `Asked at ${since(askedAt)}; no answer came in this session.`
              : late
                ? `Asked at ${since(askedAt)}, and nothing has come for two minutes. The likely reason: it knows of no node it would tell of, or was asked before on this connection. Connect again to ask again.`
                : `Asked at ${since(askedAt)}. Nodes send this with the next of their own announcements: it may take up to two minutes.`)}
      </p>
    </>
  );
}

/** Whether a moment has passed. @param due by the wall clock, in ms; undefined for none */
function useLate(due: number | undefined): boolean {
  const [passed, setPassed] = useState<number>();
  useEffect(() => {
    if (due === undefined) return;
    const timer = setTimeout(() => setPassed(due), Math.max(0, due - Date.now()));
    return () => clearTimeout(timer);
  }, [due]);
  return due !== undefined && passed === due;
}

function Copies({ query }: { query: AddressQuery }) {
  const download = useDownload();
  const text = async (as: 'csv' | 'lines') => (await ask('nodeAddressText', { ...query, as }))?.text ?? '';
  const save = async () => {
    download(new Blob([await text('csv')], { type: 'text/csv' }), 'addresses.csv');
  };
  const which = query.network === '' ? 'all' : `those of ${query.network}`;
  return (
    <div className={styles.tools}>
      <CopyButton text={() => text('lines')} label={`Copy ${which}`} />
      <Button onClick={() => void save()}>Save {which} as CSV</Button>
    </div>
  );
}
