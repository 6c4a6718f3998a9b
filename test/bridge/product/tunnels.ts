/** Tunnels through the built product. */
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../../shared/tunnel/index.js';

/** A tunnel to the demo node: whether it stands, or by which code it ended. */
export function tunnel(url: string, options = {}) {
  const ws = new WebSocket(
    `${url.replace('http', 'ws')}/v1/tunnel?host=demo&port=8333`,
    SUBPROTOCOL,
    options,
  );
  onTestFinished(() => ws.terminate());
  ws.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  const connected = new Promise<'connected'>((resolve) => ws.once('message', () => resolve('connected')));
  return { ws, closed, settled: Promise.race([connected, closed]) };
}

export async function settle(count: number, url: string) {
  const tunnels = Array.from({ length: count }, () => tunnel(url));
  const outcomes = await Promise.all(tunnels.map(({ settled }) => settled));
  const standing = tunnels.filter((_, i) => outcomes[i] === 'connected');
  return { standing, outcomes };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

export const isUp = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
