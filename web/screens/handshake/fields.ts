import type { TraceField } from '../../../shared/bip324/trace.js';
import type { RibbonField } from '../../components/Ribbon.js';
import { decoy, kinds, type Kind } from '../../kinds.js';
import type { StepView } from '../../worker/protocol.js';

/** How a field is drawn; a decoy's contents are drawn as such. */
export const fieldLook = ({ kind }: TraceField, { packet }: StepView): Kind =>
  packet?.role === 'decoy' && kind === 'contents' ? decoy : kinds[kind];

export const ribbonFields = (entry: StepView): RibbonField[] =>
  entry.fields.map((field) => ({ ...field, look: fieldLook(field, entry) }));
