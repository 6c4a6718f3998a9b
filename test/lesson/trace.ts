/** Real traces, as the page gets them: our own initiator and responder in Node, and the crossing from the worker. */
import { networks, type TraceEntry, type V2TransportOptions } from '../../shared/bip324/index.js';
import type { StepSecret, StepView } from '../../web/worker/protocol.js';
import { carry, exchange, pair, type Pair } from '../bip324/helpers.js';

export interface Recorded {
  /** Without secrets, as postMessage leaves it. */
  readonly trace: StepView[];
  readonly both: Pair;
  /** As the worker answers when a person asks. */
  reveal(ref: StepSecret): Uint8Array;
}

/** @param alter may change what the responder sends, before it arrives */
export function record(
  ours: Partial<V2TransportOptions> = {},
  theirs: Partial<V2TransportOptions> = {},
  alter?: (bytes: Uint8Array) => Uint8Array,
): Recorded {
  const entries: TraceEntry[] = [];
  const observer = { secrets: 'include', entry: (entry: TraceEntry) => entries.push(entry) } as const;
  const both = pair({ observer, ...ours }, theirs);
  if (alter === undefined) exchange(both);
  else {
    carry(both.initiator, both.responder);
    both.initiator.transport.receive(alter(both.responder.transport.takeOutput()));
    both.initiator.transport.end();
  }
  const trace = entries.map((entry, index): StepView => ({
    ...structuredClone(entry),
    index,
    at: index * 3,
  }));
  return {
    trace,
    both,
    reveal({ step, derivation, side, index }) {
      const bytes = entries[step]?.derivations[derivation]?.[side][index]?.reveal();
      if (bytes === undefined) throw new Error('no such secret');
      return bytes;
    },
  };
}

export const network = networks.regtest.name;
