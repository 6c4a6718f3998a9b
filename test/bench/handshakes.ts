/** Whole handshakes, both sides: from nothing to a version packet that each has read of the other. */
import { networks, V2Transport } from '../../shared/bip324/index.js';
import type { Engine } from '../../shared/engine/engine.js';
import type { Environment } from './environment.js';
import type { Candidate, Contest } from './measure.js';

/** Bytes of it, from either side. */
const GARBAGE = [0, 512, 4095];

export function handshakes({ engines }: Environment): Contest[] {
  const nameOf = (garbage: number) => `${garbage} B of garbage`;
  const rows = GARBAGE.map((garbage) => ({
    name: nameOf(garbage),
    unit: 'operations' as const,
    candidates: engines.map(({ name, engine }): Candidate => ({
      name,
      amount: 1,
      run: () => handshake(engine, garbage),
    })),
  }));
  const comparisons = engines.map(({ name }) => ({
    name: `${name}: a handshake with 4095 bytes of garbage against one with none`,
    candidate: name,
    row: nameOf(4095),
    to: nameOf(0),
  }));
  return [{ rows, comparisons }];
}

function handshake(engine: Engine, garbage: number): void {
  const options = { network: networks.regtest, engine, garbage };
  const [a, b] = [V2Transport.initiator(options), V2Transport.responder(options)];
  let moved: number;
  do {
    const there = a.takeOutput();
    b.receive(there);
    const back = b.takeOutput();
    a.receive(back);
    moved = there.length + back.length;
  } while (moved > 0);
  for (const { state } of [a, b])
    if (state.receive !== 'application') throw new Error(`the handshake ended at ${state.receive}`);
}
