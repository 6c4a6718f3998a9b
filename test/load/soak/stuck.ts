/** Peers that stop reading, on either side, against a neighbour that goes on. */
import { readFileSync } from 'node:fs';
import { command } from '../command.js';
import { type Link, openLink, tunnelPath, type Via } from '../link.js';
import { inParallel, MIB, seconds, sleep } from '../numbers.js';
import { gauges, type Part, startBridgeProcess, startNode, stop } from '../processes.js';
import { atLeast, atMost, type Check, exactly, type Size } from './check.js';

const BUDGET_MIB = 256;

/**
 * What a stuck peer is sent. More than the systems' buffers on the way and the bridge's share take, but not without
 * end: all ends are on this machine, whose system has 1 or 2 GiB for all TCP connections together (tcp_mem), and
 * slows down everyone beyond that.
 */
const ENOUGH = 2 * MIB;

export async function soakStuck({ stuck, stallSeconds, seconds: span, judgesRates }: Size): Promise<Check[]> {
  const node = await startNode();
  // Long enough to measure in, short enough to see them go: a bridge that reads no more sees no reset either.
  const flags = ['--max-buffered-mib', String(BUDGET_MIB), '--stall-timeout', String(stallSeconds)];
  const bridge = await startBridgeProcess(node, flags);
  const path = tunnelPath(node.port);
  const neighbour = await openLink({ port: bridge.port, path });
  neighbour.send(command('F'));
  await rateOf(neighbour, 1);
  const before = await rateOf(neighbour, span);
  const memory = (await gauges(bridge)).rss;
  const links: Link[] = [];
  let kernel = 0;
  await inParallel(stuck, 32, async (i) => {
    const localAddress = `127.0.0.${2 + (i % 60)}`;
    links.push(await stick({ port: bridge.port, path, localAddress }, i % 3));
    kernel = Math.max(kernel, kernelMiB());
  });
  await sleep(2000); // until everyone is stuck
  kernel = Math.max(kernel, kernelMiB());
  const during = await rateOf(neighbour, span);
  const { tunnels, peakBufferedBytes, rss } = await gauges(bridge);
  neighbour.socket.destroy();
  for (const { socket } of links) socket.resetAndDestroy();
  const after = await emptied(bridge);
  await stop(bridge);
  await stop(node);
  return [
    exactly('stuck tunnels that stand', tunnels - 1, stuck),
    atMost(`bytes held at most, by ${stuck} stuck peers`, peakBufferedBytes / MIB, BUDGET_MIB, ' MiB'),
    atMost('resident memory grew by', (rss - memory) / MIB, 2 * BUDGET_MIB, ' MiB'),
    {
      what: 'the system’s own TCP buffers',
      found: `${kernel.toFixed(0)} MiB`,
      wanted: 'told',
      ok: undefined,
    },
    atLeast('the neighbour’s throughput meanwhile', during / before, 0.8, judgesRates),
    exactly('tunnels and bytes once they left', after, '0 tunnels, 0 bytes'),
  ];
}

/** A client that never reads, one that grants no more credit, or one whose node never reads. */
async function stick(via: Via, kind: number): Promise<Link> {
  if (kind === 0) {
    const link = await openLink({ ...via, protocol: 'peerglass.v1', window: 1 << 16 });
    link.onBytes = () => void link.socket.pause();
    link.send(command('D', ENOUGH / 4));
    return link;
  }
  const link = await openLink(via);
  link.send(kind === 1 ? command('D', ENOUGH) : command('N'));
  if (kind === 1) link.socket.pause();
  if (kind === 2) {
    const frame = link.encode(Buffer.alloc(1 << 16));
    for (let sent = 0; sent < ENOUGH; sent += 1 << 16) link.socket.write(frame);
  }
  return link;
}

/** Bytes a second. */
async function rateOf(link: Link, duration: number): Promise<number> {
  const [received, startedAt] = [link.received, seconds()];
  await sleep(duration * 1000);
  return (link.received - received) / (seconds() - startedAt);
}

/** What the system's own TCP buffers take now. */
function kernelMiB(): number {
  const pages = /^TCP:.* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1];
  return (Number(pages) * 4096) / MIB;
}

async function emptied(bridge: Part): Promise<string> {
  for (let i = 0; ; i++) {
    const { tunnels, bufferedBytes } = await gauges(bridge);
    if ((tunnels === 0 && bufferedBytes === 0) || i > 160)
      return `${tunnels} tunnels, ${bufferedBytes} bytes`;
    await sleep(500);
  }
}
