import { usePage, type BridgePresence } from './store.js';

/** Asks the page's own address whether a bridge serves it, and whether that has a demo node. */
export async function askPresence(): Promise<void> {
  usePage.setState({ presence: await ask() });
}

async function ask(): Promise<BridgePresence> {
  try {
    const response = await fetch(new URL('/v1/info', location.href), { signal: AbortSignal.timeout(4000) });
    if (!response.ok) return { status: 'absent' };
    const info: unknown = await response.json();
    if (typeof info !== 'object' || info === null) return { status: 'absent' };
    const { version, demoNode } = info as { version?: unknown; demoNode?: unknown };
    return {
      status: 'present',
      ...(typeof version === 'string' && { version }),
      ...(isDemo(demoNode) && { demo: demoNode }),
    };
  } catch {
    return { status: 'absent' };
  }
}

const isDemo = (value: unknown): value is { address: string; height: number } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { address?: unknown }).address === 'string' &&
  typeof (value as { height?: unknown }).height === 'number';
