import {
  receiveStates,
  sendStates,
  type StateRow,
  type States,
  type Transition,
} from '../../../shared/bip324/states.js';
import {
  ARROW_LENGTH,
  BOX_HEIGHT,
  BOX_WIDTH,
  BOX_X,
  draw,
  RAIL_X,
  transitionBetween,
} from './machine-drawing.js';
import styles from './Machines.module.css';

/** Both machines of this tab's transport, before and after a step, drawn from the table that moves the code. */
/** @param props.brief without what each state holds back */
export function Machines(props: { before: States; after: States; brief?: boolean }) {
  const { before, after, brief = false } = props;
  return (
    <div className={styles.machines}>
      <Machine
        name="Sending"
        table={sendStates}
        first={before.send === 'silent' ? 'silent' : 'awaiting-key'}
        before={before.send}
        after={after.send}
        brief={brief}
      />
      <Machine
        name="Receiving"
        table={receiveStates}
        first={before.receive === 'key-or-v1' ? 'key-or-v1' : 'key'}
        before={before.receive}
        after={after.receive}
        brief={brief}
      />
    </div>
  );
}

/** What becomes of a state, in words. */
const transitionWords: { readonly [T in Transition]: string } = {
  'not-v1': 'it is not v1',
  'v1-prefix': 'it is v1',
  'key-complete': 'their key is whole',
  'terminator-found': 'terminator found',
  'version-received': 'version packet came',
  end: 'error or end',
};

function Machine<S extends string>(props: {
  name: string;
  table: { readonly [State in S]: StateRow<S> };
  first: S;
  before: S;
  after: S;
  brief: boolean;
}) {
  const { name, table, first, before, after } = props;
  const { width, height, boxes, arrows } = draw(table, first);
  const moved = before !== after ? transitionBetween(table, before, after) : undefined;
  const row = table[after];
  const now = moved ? `from ${before} to ${after}: ${transitionWords[moved]}` : `stays in ${after}`;
  const road = boxes.map(({ state }) => state).join(', ');
  return (
    <figure className={styles.machine}>
      <figcaption className={styles.caption}>
        <strong>{name}</strong> {now}
      </figcaption>
      <svg
        className={styles.drawing}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`State machine, ${name.toLowerCase()}. Its states: ${road}. This step ${now}.`}
      >
        <End boxes={boxes} height={height} active={moved === 'end'} />
        {arrows.map(({ from, to, on, y }) => (
          <g key={from} className={from === before && to === after ? styles.active : styles.arrow}>
            <path d={`M${BOX_X + 20} ${y}v${ARROW_LENGTH - 2}m-4 -6l4 6l4 -6`} />
            <text x={BOX_X + 30} y={y + ARROW_LENGTH / 2 + 4}>
              {transitionWords[on]}
            </text>
          </g>
        ))}
        {boxes.map(({ state, x, y, width: w }) => (
          <g key={state} className={lookOf(state, before, after)}>
            <rect x={x} y={y} width={w} height={BOX_HEIGHT} rx="2" />
            <text x={x + w / 2} y={y + BOX_HEIGHT / 2 + 4} textAnchor="middle">
              {state}
            </text>
            <Mark state={state} before={before} after={after} x={x} y={y} />
          </g>
        ))}
      </svg>
      {!props.brief && (
        <dl className={styles.row}>
          <dt>holds back</dt>
          <dd>{row.buffers}</dd>
          <dt>until</dt>
          <dd>{row.until}</dd>
        </dl>
      )}
    </figure>
  );
}

/** Beside its box a word says what the fill shows; over the box of the end, which has no room beside it. */
function Mark<S>({ state, before, after, x, y }: { state: S; before: S; after: S; x: number; y: number }) {
  const word = before === after ? 'now' : state === before ? 'before' : 'after';
  if (state !== before && state !== after) return null;
  const beside = x === BOX_X;
  return (
    <text
      className={styles.mark}
      x={beside ? BOX_X - 6 : x + 29}
      y={beside ? y + BOX_HEIGHT / 2 + 4 : y - 7}
      textAnchor={beside ? 'end' : 'middle'}
    >
      {word}
    </text>
  );
}

/** Every state on the road can end: one rail gathers them. */
function End({
  boxes,
  height,
  active,
}: {
  boxes: readonly { x: number; y: number }[];
  height: number;
  active: boolean;
}) {
  const end = height - 1 - BOX_HEIGHT / 2;
  const road = boxes.filter(({ x }) => x === BOX_X);
  return (
    <g className={active ? styles.active : styles.arrow}>
      {road.map(({ y }) => (
        <path key={y} d={`M${BOX_X + BOX_WIDTH} ${y + BOX_HEIGHT / 2}H${RAIL_X}`} strokeDasharray="2 3" />
      ))}
      <path d={`M${RAIL_X} ${1 + BOX_HEIGHT / 2}V${end}h12m-6 -4l6 4l-6 4`} />
    </g>
  );
}

function lookOf<S>(state: S, before: S, after: S): string | undefined {
  if (state === after) return styles.after;
  return state === before ? styles.before : styles.box;
}
