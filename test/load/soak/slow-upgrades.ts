/** Hundreds of upgrades that come a byte a second, and what clients with tunnels notice of them. */
import { connect } from 'node:net';
import { command } from '../command.js';
import { handshake, openLink, tunnelPath, type Via } from '../link.js';
import { seconds, sleep } from '../numbers.js';
import { startBridgeProcess, startNode, stop } from '../processes.js';
import { atLeast, atMost, type Check, exactly, type Size } from './check.js';

/** Good clients and the round trips that each makes a second, if the bridge lets it. */
const GOOD_CLIENTS = 20;
const PACE = 50;
const MESSAGE = Buffer.alloc(512, 0x33);

export async function soakSlowUpgrades({ slow, seconds: span, judgesRates }: Size): Promise<Check[]> {
  const node = await startNode();
  const bridge = await startBridgeProcess(node);
  const path = tunnelPath(node.port);
  const good = await startGoodClients({ port: bridge.port, path });
  await good.rate(1);
  const before = await good.rate(span);
  const attack = Array.from({ length: slow }, (_, i) => slowUpgrade(bridge.port, handshake(path), i));
  const during = await good.rate(6);
  const after = await good.rate(span);
  const lives = await Promise.race([Promise.all(attack), sleep(20_000).then(() => [])]);
  good.stop();
  await stop(bridge);
  await stop(node);
  const usual = (before + after) / 2;
  return [
    exactly('slow upgrades that were dropped', lives.length, slow),
    atMost('the longest of them lived', Math.max(0, ...lives), 6, ' s'),
    atLeast('round trips of good clients meanwhile', during / usual, 0.9, judgesRates),
  ];
}

/** Resolves with the seconds it lived. */
function slowUpgrade(port: number, text: string, i: number): Promise<number> {
  return new Promise((resolve) => {
    const startedAt = seconds();
    const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + (i % 60)}` });
    let at = 1;
    const drip = setInterval(() => socket.write(text[at++ % text.length]!), 1000);
    socket.write(text[0]!);
    socket.on('error', () => undefined).resume();
    socket.once('close', () => {
      clearInterval(drip);
      resolve(seconds() - startedAt);
    });
  });
}

async function startGoodClients(via: Via) {
  let trips = 0;
  const timers: NodeJS.Timeout[] = [];
  const links = await Promise.all(Array.from({ length: GOOD_CLIENTS }, () => openLink(via)));
  for (const link of links) {
    link.send(command('E'));
    const message = link.encode(MESSAGE);
    let sent = 0;
    link.onBytes = () => void (trips += link.received === sent ? 1 : 0);
    // The next one waits for the last: whoever is slowed down falls behind.
    timers.push(
      setInterval(() => {
        if (link.received < sent) return;
        sent += MESSAGE.length;
        link.socket.write(message);
      }, 1000 / PACE),
    );
  }
  return {
    /** Round trips a second, over so many. */
    rate: async (duration: number): Promise<number> => {
      const [first, startedAt] = [trips, seconds()];
      await sleep(duration * 1000);
      return (trips - first) / (seconds() - startedAt);
    },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      for (const { socket } of links) socket.destroy();
    },
  };
}
