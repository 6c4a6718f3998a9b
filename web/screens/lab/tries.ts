import type { Break, BreakableKind, LabSession } from '../../../shared/lab/index.js';

export interface Try {
  readonly kind: BreakableKind;
  readonly label: string;
  readonly broken: Break;
}

/** For each kind of field a break that shows what it is for; of the length, the three things that can happen. */
export function triesOf({ streams }: LabSession): Try[] {
  const { fields } = streams.alice;
  const the = (kind: BreakableKind, label: string = kind, byte = 0, mask = 1): Try => {
    // The version message’s rather than the version packet’s, where there are both.
    const all = fields.filter((field) => field.kind === kind);
    const field = (kind === 'contents' ? all[0] : all[1]) ?? all[0]!;
    return { kind, label, broken: { sender: 'alice', offset: field.start + byte, mask } };
  };
  return [
    the('ellswift', 'key'),
    the('garbage'),
    the('terminator'),
    the('length', 'length, shorter', 0, lowestBit(lengthOf(fields))),
    the('length', 'length, longer', 1),
    the('length', 'length, too large', 2, 0x80),
    the('header'),
    the('contents'),
    the('tag'),
  ];
}

/** Of the message that Alice sends first, in bytes. */
function lengthOf(fields: LabSession['streams']['alice']['fields']): number {
  return fields.filter(({ kind }) => kind === 'length')[1]!.value as number;
}

/** A bit that is set: flipping it makes the number smaller. */
const lowestBit = (value: number): number => value & -value;
