import { NOT_RECORDED, type DerivationId, type TraceField } from '../../../shared/bip324/trace.js';
import type { States } from '../../../shared/bip324/states.js';
import type { DerivationView, StepSecret, StepView, ValueView } from '../../worker/protocol.js';

/**
 * The lesson: a handshake's trace as steps, each with an id that a link can name. What crossed the wire is a step of
 * its own; what both sides compute once their key is there becomes one for each derivation, and the keys' tree one.
 */
export interface LessonStep {
  /** Unique in the session and stable: 'our-key', 'hkdf', 'received.packet-0'. */
  readonly id: string;
  readonly kind: LessonKind;
  readonly direction: 'sent' | 'received' | 'both';
  /** Milliseconds since the connection's start. */
  readonly at: number;
  /** The entry of the trace that it comes from. */
  readonly entry: StepView;
  /** What crossed the wire; nothing did where it is empty. */
  readonly fields: readonly TraceField[];
  readonly derivations: readonly LessonDerivation[];
  readonly before: States;
  readonly after: States;
}

export type LessonKind =
  | 'key'
  | 'garbage'
  | 'terminator'
  | 'packet'
  | 'decode'
  | 'ecdh'
  | 'tagged-hash'
  | 'hkdf'
  | 'ready'
  | 'v1'
  | 'cut';

export interface LessonDerivation {
  readonly id: DerivationId;
  readonly source: string;
  readonly inputs: readonly LessonValue[];
  readonly outputs: readonly LessonValue[];
}

export interface LessonValue {
  /** Unique in its step: what a link names. A label, and a secret that the step showed before, have none. */
  readonly id?: string;
  readonly view: ValueView;
  readonly ref: StepSecret;
}

/** What each derivation of the key agreement belongs to, by its id up to the first blank. */
const computed: { readonly [id: string]: { readonly id: string; readonly kind: LessonKind } } = {
  'ellswift-decode': { id: 'ellswift-decode', kind: 'decode' },
  ecdh: { id: 'ecdh', kind: 'ecdh' },
  'shared-secret': { id: 'tagged-hash', kind: 'tagged-hash' },
  'hkdf-extract': { id: 'hkdf', kind: 'hkdf' },
  'hkdf-expand': { id: 'hkdf', kind: 'hkdf' },
};

/** @param trace of one session, in its order, as far as it has come */
export function steps(trace: readonly StepView[]): LessonStep[] {
  const lesson = trace.flatMap((entry) => [wireStep(entry), ...computedSteps(entry)]);
  const last = { sent: version(trace, 'sent'), received: version(trace, 'received') };
  if (last.sent && last.received) {
    const entry = last.sent.index > last.received.index ? last.sent : last.received;
    const ready = stepOf(entry, 'ready', 'ready', [], []);
    lesson.splice(1 + lesson.findLastIndex((step) => step.entry === entry), 0, {
      ...ready,
      direction: 'both',
      before: entry.after,
    });
  }
  return lesson;
}

const version = (trace: readonly StepView[], direction: StepView['direction']) =>
  trace.find((entry) => entry.direction === direction && entry.packet?.role === 'version');

function wireStep(entry: StepView): LessonStep {
  const { step } = entry;
  const own = isAgreement(entry) ? [] : entry.derivations.map((_, index) => index);
  return stepOf(entry, wireId(entry), step === 'v1-message' ? 'v1' : step, entry.fields, own);
}

function wireId({ step, direction, packet, index }: StepView): string {
  switch (step) {
    case 'key':
    case 'garbage':
    case 'terminator':
      return `${direction === 'sent' ? 'our' : 'their'}-${step}`;
    case 'packet':
      return `${direction}.packet-${packet?.index ?? index}`;
    case 'v1':
      return 'v1-peer';
    default:
      return step;
  }
}

const isAgreement = ({ step, direction }: StepView): boolean => step === 'key' && direction === 'received';

/** Nothing of it is sent, and all of it happens at once, in the transition that their key's last byte makes. */
function computedSteps(entry: StepView): LessonStep[] {
  if (!isAgreement(entry)) return [];
  const found = new Map<string, { kind: LessonKind; derivations: number[] }>();
  entry.derivations.forEach(({ id }, index) => {
    const place = computed[id.split(' ')[0]!];
    if (place === undefined) return;
    const { derivations } = found.get(place.id) ?? { derivations: [] };
    found.set(place.id, { kind: place.kind, derivations: [...derivations, index] });
  });
  return [...found].map(([id, { kind, derivations }]) => ({
    ...stepOf(entry, id, kind, [], derivations),
    direction: 'both',
    before: entry.after,
  }));
}

function stepOf(
  entry: StepView,
  id: string,
  kind: LessonKind,
  fields: readonly TraceField[],
  derivations: readonly number[],
): LessonStep {
  const { direction, at, before, after } = entry;
  const taken = new Set<string>(fields.map((field) => field.id));
  return {
    id,
    kind,
    direction,
    at,
    entry,
    fields,
    derivations: derivations.map((index) =>
      derivationOf(entry.index, index, entry.derivations[index]!, taken),
    ),
    before,
    after,
  };
}

function derivationOf(
  step: number,
  derivation: number,
  { id, source, inputs, outputs }: DerivationView,
  taken: Set<string>,
): LessonDerivation {
  const values = (side: StepSecret['side'], views: readonly ValueView[]) =>
    views.map((view, index): LessonValue => {
      const ref = { step, derivation, side, index };
      const name = valueId(view.name);
      if (!taken.has(name)) {
        taken.add(name);
        return name === 'info' ? { view, ref } : { id: name, view, ref };
      }
      // Of one name, but its own: a packet's length and its contents each have a nonce.
      return view.value instanceof Uint8Array ? { id: `${id}.${name}`, view, ref } : { view, ref };
    });
  return { id, source, inputs: values('inputs', inputs), outputs: values('outputs', outputs) };
}

/** "initiator's length key" → 'initiators-length-key' */
export const valueId = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-');

/** Of a recording that does not hold what this step began with. */
export const lacksInputs = ({ derivations }: LessonStep): boolean =>
  derivations.some(({ inputs }) => inputs.some(({ view }) => view.value === NOT_RECORDED));

/** All of a step that a link can name, in the order of the screen: its fields, then its values. */
export function placesOf({ fields, derivations }: LessonStep): string[] {
  const values = derivations.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return [...fields.map(({ id }) => id), ...values.flatMap(({ id }) => id ?? [])];
}

/**
 * How much space stands for the time between two steps, in rem: one more for each tenfold, so that microseconds
 * and seconds fit on one screen.
 * @param ms between them
 */
export const gapOf = (ms: number): number => 0.25 + 0.75 * Math.log10(1 + 10 * Math.max(0, ms));
