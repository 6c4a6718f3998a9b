/** Peers that stop reading, on either side, against a neighbour that goes on. */
import { command } from '../command.js';
import { type Link, openLink, tunnelPath, type Via } from '../link.js';
import { inParallel, MIB, seconds, sleep } from '../numbers.js';
import { gauges, type Part, startBridgeProcess, startNode, stop } from '../processes.js';
import { atLeast, atMost, type Check, exactly, type Size } from './check.js';

const BUDGET_MIB = 256;

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
  await inParallel(stuck, 32, async (i) => {
    const localAddress = `127.0.0.${2 + (i % 60)}`;
    links.push(await stick({ port: bridge.port, path, localAddress }, i % 2 === 0));
  });
  await sleep(2000); // until everyone is stuck
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
    atLeast('the neighbour’s throughput meanwhile', during / before, 0.8, judgesRates),
    exactly('tunnels and bytes once they left', after, '0 tunnels, 0 bytes'),
  ];
}

/** A client that never reads, or one whose node never reads. */
async function stick(via: Via, clientIsStuck: boolean): Promise<Link> {
  const link = await openLink(via);
  link.send(command(clientIsStuck ? 'F' : 'N'));
  if (clientIsStuck) {
    link.socket.pause();
  } else {
    const frame = link.encode(Buffer.alloc(1 << 16));
    const pump = () => {
      while (!link.socket.destroyed && link.socket.write(frame));
    };
    link.socket.on('drain', pump);
    pump();
  }
  return link;
}

/** Bytes a second. */
async function rateOf(link: Link, duration: number): Promise<number> {
  const [received, startedAt] = [link.received, seconds()];
  await sleep(duration * 1000);
  return (link.received - received) / (seconds() - startedAt);
}

async function emptied(bridge: Part): Promise<string> {
  for (let i = 0; ; i++) {
    const { tunnels, bufferedBytes } = await gauges(bridge);
    if ((tunnels === 0 && bufferedBytes === 0) || i > 160)
      return `${tunnels} tunnels, ${bufferedBytes} bytes`;
    await sleep(500);
  }
}
