import type { StateRow, Transition } from '../../../shared/bip324/states.js';

/** Where a state machine's states and transitions are drawn, in px of a drawing that scales. */
export interface Drawing<S extends string> {
  readonly width: number;
  readonly height: number;
  /** From the first state on, in the order of the table's reach; 'ended' stands apart. */
  readonly boxes: readonly {
    readonly state: S;
    readonly x: number;
    readonly y: number;
    readonly width: number;
  }[];
  readonly arrows: readonly {
    readonly from: S;
    readonly to: S;
    readonly on: Transition;
    readonly y: number;
  }[];
}

export const BOX_HEIGHT = 28;
export const BOX_X = 52;
export const BOX_WIDTH = 108;
const ARROW = 30;
const ENDED_X = 240;
const ENDED_WIDTH = 58;

type Table<S extends string> = { readonly [State in S]: StateRow<S> };

/** Every state that the table reaches from `first`. */
export function reachable<S extends string>(table: Table<S>, first: S): S[] {
  const found: S[] = [first];
  for (const state of found) {
    for (const next of Object.values<S | undefined>(table[state].on)) {
      if (next !== undefined && !found.includes(next)) found.push(next);
    }
  }
  return found;
}

export function draw<S extends string>(table: Table<S>, first: S): Drawing<S> {
  const states = reachable(table, first);
  const road = states.filter((state) => Object.keys(table[state].on).length > 0);
  const ends = states.filter((state) => !road.includes(state));
  const y = (index: number) => index * (BOX_HEIGHT + ARROW);
  const height = y(road.length - 1) + BOX_HEIGHT;
  return {
    width: ENDED_X + ENDED_WIDTH + 2,
    height: height + 2,
    boxes: [
      ...road.map((state, index) => ({ state, x: BOX_X, y: 1 + y(index), width: BOX_WIDTH })),
      ...ends.map((state) => ({ state, x: ENDED_X, y: 1 + height - BOX_HEIGHT, width: ENDED_WIDTH })),
    ],
    arrows: road.slice(0, -1).flatMap((from, index) => {
      const to = road[index + 1]!;
      const on = transitionBetween(table, from, to);
      return on ? [{ from, to, on, y: 1 + y(index) + BOX_HEIGHT }] : [];
    }),
  };
}

export const ARROW_LENGTH = ARROW;
export const RAIL_X = 226;

export const transitionBetween = <S extends string>(
  table: Table<S>,
  from: S,
  to: S,
): Transition | undefined =>
  (Object.keys(table[from].on) as Transition[]).find((on) => table[from].on[on] === to);
