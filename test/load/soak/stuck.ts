/** Peers that stop reading, on either side, against a neighbour that goes on. */
import { readFileSync } from 'node:fs';
import { command } from '../command.js';
import { type Link, openLink, tunnelPath, type Via } from '../link.js';
import { inParallel, median, MIB, seconds, sleep } from '../numbers.js';
import { gauges, type Part, startBridgeProcess, startNode, stop } from '../processes.js';
import { atLeast, atMost, type Check, exactly, type Size, told } from './check.js';

const BUDGET_MIB = 256;

/**
 * All ends are on this machine, whose system has 1 or 2 GiB for all TCP connections together (tcp_mem), and slows down
 * everyone beyond that. So most of the stuck peers are clients that grant no more credit: those fill the bridge, and
 * little of the system. Of the two kinds that read nothing there are a few, which are sent what fills both.
 */
type Kind = 'grants no more' | 'client never reads' | 'node never reads';

const kindOf = (i: number): Kind =>
  i % 20 === 1 ? 'client never reads' : i % 20 === 2 ? 'node never reads' : 'grants no more';

/** More than the system's buffers on the way, and the bridge's share. */
const ENOUGH = 6 * MIB;

/** What its client grants, and then never again more than a quarter of it at a time. */
const WINDOW = 1 << 16;

export async function soakStuck({ stuck, stallSeconds, seconds: span, judgesRates }: Size): Promise<Check[]> {
  const node = await startNode();
  // Long enough to measure in, short enough to see them go: a bridge that reads no more sees no reset either.
  const flags = ['--max-buffered-mib', String(BUDGET_MIB), '--stall-timeout', String(stallSeconds)];
  const bridge = await startBridgeProcess(node, flags);
  const path = tunnelPath(node.port);
  const neighbour = await openLink({ port: bridge.port, path });
  const straight = await openLink({ port: node.port });
  for (const link of [neighbour, straight]) {
    link.send(command('F'));
    await rateOf(link, 0.5);
    link.socket.pause();
  }
  const before = await share(neighbour, straight, span);
  const memory = (await gauges(bridge)).rss;
  const links: Link[] = [];
  let kernel = 0;
  await inParallel(stuck, 32, async (i) => {
    const localAddress = `127.0.0.${2 + (i % 60)}`;
    links.push(await stick({ port: bridge.port, path, localAddress }, kindOf(i)));
    kernel = Math.max(kernel, kernelMiB());
  });
  await sleep(2000); // until everyone is stuck
  kernel = Math.max(kernel, kernelMiB());
  const during = await share(neighbour, straight, span);
  const { tunnels, bufferedBytes, peakBufferedBytes, rss } = await gauges(bridge);
  neighbour.socket.destroy();
  straight.socket.destroy();
  for (const { socket } of links) socket.resetAndDestroy();
  const after = await emptied(bridge);
  await stop(bridge);
  await stop(node);
  return [
    exactly('stuck tunnels that stand', tunnels - 1, stuck),
    told('bytes held when all are stuck', `${(bufferedBytes / MIB).toFixed(1)} MiB`),
    atMost(`bytes held at most, by ${stuck} stuck peers`, peakBufferedBytes / MIB, BUDGET_MIB, ' MiB'),
    atMost('resident memory grew by', (rss - memory) / MIB, 2 * BUDGET_MIB, ' MiB'),
    told('the system’s own TCP buffers', `${kernel.toFixed(0)} MiB`),
    atLeast(
      'the neighbour’s throughput meanwhile, against a straight connection’s',
      during / before,
      0.8,
      judgesRates,
    ),
    exactly('tunnels and bytes once they left', after, '0 tunnels, 0 bytes'),
  ];
}

async function stick(via: Via, kind: Kind): Promise<Link> {
  if (kind === 'grants no more') {
    const link = await openLink({ ...via, protocol: 'peerglass.v1', window: WINDOW });
    link.onBytes = () => void link.socket.pause();
    link.send(command('D', 4 * WINDOW));
    return link;
  }
  const link = await openLink(via);
  if (kind === 'client never reads') {
    link.send(command('D', ENOUGH));
    link.socket.pause();
    return link;
  }
  link.send(command('N'));
  const frame = link.encode(Buffer.alloc(1 << 16));
  for (let sent = 0; sent < ENOUGH; sent += 1 << 16) link.socket.write(frame);
  return link;
}

/** What it gets of what a straight connection gets, taking turns: whatever else this machine does, it does to both. */
async function share(link: Link, straight: Link, span: number): Promise<number> {
  const shares: number[] = [];
  for (let turn = 0; turn < 2 * span; turn++) {
    const rates: number[] = [];
    for (const one of [link, straight]) {
      one.socket.resume();
      await sleep(100); // what the system had kept for it
      rates.push(await rateOf(one, 0.4));
      one.socket.pause();
    }
    shares.push(rates[0]! / rates[1]!);
  }
  return median(shares);
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
