import { ASKS_PRESENCE, NO_BRIDGE } from '../offline/serving.js';
import { effects, phases, usePage, type BridgePresence, type Misbehaviour } from './store.js';

/** Asks the page's own address whether a bridge serves it, and whether that has a demo node. */
export async function askPresence(): Promise<void> {
  usePage.setState({ presence: await ask() });
}

async function ask(): Promise<BridgePresence> {
  try {
    const response = await fetch(new URL('/v1/info', location.href), {
      headers: { [ASKS_PRESENCE]: 'page' },
      signal: AbortSignal.timeout(4000),
    });
    if (!response.ok || response.status === NO_BRIDGE) return { status: 'absent' };
    const info: unknown = await response.json();
    if (typeof info !== 'object' || info === null) return { status: 'absent' };
    const { version, demoNode } = info as { version?: unknown; demoNode?: unknown };
    const demo = demoOf(demoNode);
    return {
      status: 'present',
      ...(typeof version === 'string' && { version }),
      ...(demo && { demo }),
    };
  } catch {
    return { status: 'absent' };
  }
}

type Demo = NonNullable<(BridgePresence & { status: 'present' })['demo']>;

/** As much of it as is what it should be: the bridge may be another version, or no bridge at all. */
function demoOf(value: unknown): Demo | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { address, height, misbehaviours } = value as Record<string, unknown>;
  if (typeof address !== 'string' || typeof height !== 'number') return undefined;
  const rows: unknown[] = Array.isArray(misbehaviours) ? misbehaviours.slice(0, MAX_MISBEHAVIOURS) : [];
  return { address, height, misbehaviours: distinct(rows.flatMap((row) => misbehaviourOf(row) ?? [])) };
}

const MAX_MISBEHAVIOURS = 200;
const MAX_TITLE = 200;

function misbehaviourOf(value: unknown): Misbehaviour | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, title, phase, effect } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return undefined;
  if (typeof title !== 'string' || title === '' || title.length > MAX_TITLE) return undefined;
  const [known, does] = [phases.find((one) => one === phase), effects.find((one) => one === effect)];
  return known && does && { name, title, phase: known, effect: does };
}

const distinct = (rows: readonly Misbehaviour[]): Misbehaviour[] => [
  ...new Map(rows.map((row) => [row.name, row])).values(),
];
