/** Tunnels that come and go in every way, by the tens of thousands: nothing of them may stay. */
import { connect } from 'node:net';
import { clientFrame } from '../frames.js';
import { command } from '../command.js';
import { handshake, openLink, tunnelPath, type Via } from '../link.js';
import { inParallel, median, MIB, sleep } from '../numbers.js';
import { descriptors, gauges, type Part, startBridgeProcess, startNode, stop } from '../processes.js';
import { atMost, type Check, exactly, type Size, told } from './check.js';

const PARTS = 10;

const ECHOED = Buffer.from('there and back');
const CLOSE = clientFrame(8, Buffer.from([0x03, 0xe8])); // 1000

export async function soakChurn({ cycles, judgesRates }: Size): Promise<Check[]> {
  const node = await startNode();
  const bridge = await startBridgeProcess(node);
  const run = (count: number) => inParallel(count, 64, (i) => cycle(bridge, node, i));
  const warming = Math.max(500, Math.floor(cycles / 4));
  await run(warming); // what a process keeps from its first tunnels is no leak
  const before = await settled(bridge);
  const course: number[] = [];
  for (let part = 0; part < PARTS; part++) {
    await run(cycles / PARTS);
    const readings = [];
    for (let i = 0; i < 5; i++) {
      readings.push((await gauges(bridge)).rss / MIB);
      await sleep(100);
    }
    course.push(Math.min(...readings) - before.rss / MIB);
  }
  const after = await settled(bridge);
  await stop(bridge);
  await stop(node);
  // What the system's allocator keeps goes up and down by tens of MiB, whenever one looks; a leak goes up.
  const half = (from: number) => median(course.slice(from, from + PARTS / 2));
  const shown = course.map((mib) => mib.toFixed(0)).join(' ');
  const growth = atMost(
    'its median grew from the first half to the second by',
    half(PARTS / 2) - half(0),
    10,
    ' MiB',
  );
  return [
    exactly(`tunnels after ${cycles} open/close/reset cycles`, after.tunnels, 0),
    exactly('bytes still held', after.bufferedBytes, 0),
    exactly('file descriptors more than at the start', after.files - before.files, 0),
    told('resident memory on the way, MiB', shown),
    judgesRates ? growth : { ...growth, ok: undefined }, // a short run is still warming up
    atMost('heap more than at the start', (after.heapUsed - before.heapUsed) / MIB, 10, ' MiB'),
    atMost('memory outside the heap more', (after.external - before.external) / MIB, 10, ' MiB'),
  ];
}

/** Once all tunnels are gone, or after a while in which they did not go. */
async function settled(bridge: Part) {
  for (let i = 0; ; i++) {
    const found = { ...(await gauges(bridge)), files: descriptors(bridge.pid) };
    if (found.tunnels === 0 && i > 5) return found;
    if (i > 30) return found;
    await sleep(500);
  }
}

/** Each ends in another way; the client's addresses take turns, or its ports would run out. */
async function cycle(bridge: Part, node: Part, i: number): Promise<void> {
  const localAddress = `127.0.0.${2 + (i % 60)}`;
  const path = tunnelPath(node.port);
  const protocol = i % 2 === 0 ? 'peerglass.v1' : undefined;
  const via: Via = { port: bridge.port, path, localAddress, ...(protocol === undefined ? {} : { protocol }) };
  const way = i % 8;
  if (way < 2) return resetEarly(via, way === 0 ? handshake(path) : handshake(path).slice(0, 60));
  const link = await openLink(via);
  const closed = new Promise<void>((resolve) => link.socket.once('close', () => resolve()));
  switch (way) {
    case 2: // the client's close
      link.send(command('E'));
      link.send(ECHOED);
      await link.until(ECHOED.length);
      link.socket.write(CLOSE);
      break;
    case 3: // the client's reset
      link.send(command('E'));
      link.send(ECHOED);
      await link.until(ECHOED.length);
      link.socket.resetAndDestroy();
      break;
    case 4: // the node's FIN
      link.send(command('C', 1000));
      break;
    case 5: // the node's reset
      link.send(command('R'));
      break;
    case 6: // a reset while much is under way down
      link.send(command('D', 1 << 20));
      await link.until(1);
      link.socket.resetAndDestroy();
      break;
    default: // and up
      link.send(command('N'));
      for (let sent = 0; sent < 4; sent++) link.send(Buffer.alloc(1 << 16));
      link.socket.resetAndDestroy();
  }
  await closed;
}

/** In the middle of the handshake, or right after it, while the bridge dials. */
function resetEarly({ port, localAddress = '127.0.0.1' }: Via, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', () => undefined).once('close', () => resolve());
    socket.write(text, () => socket.resetAndDestroy());
  });
}
