import { receiveStates, sendStates, type StateRow, type States } from '../../../shared/bip324/states.js';
import type { StepView } from '../../worker/protocol.js';
import styles from './Lifelines.module.css';

/** The heads of the two lifelines, each over the state machine that reads or writes on its side. */
export function Lifelines(props: {
  steps: readonly StepView[];
  machines: States | undefined;
  live: boolean;
}) {
  const { steps, machines, live } = props;
  const passed = steps.flatMap(({ before, after }) => [before, after]);
  return (
    <div className={styles.heads}>
      <div className={styles.head}>
        <h2>This tab</h2>
        <p className={styles.role}>initiator</p>
        <Machine
          name="What we may send"
          table={sendStates}
          first="awaiting-key"
          current={machines?.send ?? 'awaiting-key'}
          passed={passed.map(({ send }) => send)}
          live={live}
        />
      </div>
      <div className={styles.head}>
        <h2>The node</h2>
        <p className={styles.role}>responder</p>
        <Machine
          name="What we can read of it"
          table={receiveStates}
          first="key"
          current={machines?.receive ?? 'key'}
          passed={passed.map(({ receive }) => receive)}
          live={live}
        />
      </div>
    </div>
  );
}

/** Every state that the table can reach from `first`, in the table's order of reach; 'ended' comes last. */
function reachable<S extends string>(table: { readonly [State in S]: StateRow<S> }, first: S): S[] {
  const found: S[] = [first];
  for (const state of found) {
    for (const next of Object.values<S | undefined>(table[state].on)) {
      if (next !== undefined && !found.includes(next)) found.push(next);
    }
  }
  return found.sort((a, b) => Number(a === 'ended') - Number(b === 'ended'));
}

function Machine<S extends string>(props: {
  name: string;
  table: { readonly [State in S]: StateRow<S> };
  first: S;
  current: S;
  passed: readonly S[];
  live: boolean;
}) {
  const { name, table, first, current, passed, live } = props;
  const row = table[current];
  return (
    <div className={styles.machine}>
      <h3 className={styles.name}>{name}</h3>
      <ol className={styles.states}>
        {reachable(table, first).map((state) => (
          <li
            key={state}
            className={styles.state}
            data-passed={passed.includes(state) ? '' : undefined}
            aria-current={state === current ? 'step' : undefined}
          >
            {state}
          </li>
        ))}
      </ol>
      <dl className={styles.row}>
        <dt>holds back</dt>
        <dd>{row.buffers}</dd>
        <dt>until</dt>
        <dd>{live || current !== 'ended' ? row.until : 'never: the connection is over'}</dd>
      </dl>
    </div>
  );
}
