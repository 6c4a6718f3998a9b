import type { Derivation, TraceEntry, TraceValue } from '../../shared/bip324/trace.js';
import type { DerivationView, StepView, ValueView } from './protocol.js';

/** The trace as plain data for the page. Secret values go along by name and length alone. */

function valueView({ name, secret, value, length }: TraceValue): ValueView {
  return {
    name,
    secret,
    ...(value !== undefined && { value }),
    ...(length !== undefined && { length }),
  };
}

const derivationView = ({ id, source, inputs, outputs }: Derivation): DerivationView => ({
  id,
  source,
  inputs: inputs.map(valueView),
  outputs: outputs.map(valueView),
});

export function stepView(index: number, at: number, entry: TraceEntry): StepView {
  const { step, direction, offset, bytes, before, after, packet } = entry;
  return {
    index,
    at,
    step,
    direction,
    offset,
    bytes,
    fields: entry.fields.map(({ id, kind, start, end, meaning, value, incomplete }) => ({
      id,
      kind,
      start,
      end,
      meaning,
      ...(value !== undefined && { value }),
      ...(incomplete && { incomplete }),
    })),
    derivations: entry.derivations.map(derivationView),
    before,
    after,
    ...(packet && { packet: { index: packet.index, role: packet.role } }),
  };
}
