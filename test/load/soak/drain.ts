/** SIGTERM to the program itself while thousands of tunnels stand. */
import { closeCodes } from '../../../shared/tunnel/close-codes.js';
import { command } from '../command.js';
import { type Link, openLink, tunnelPath, type Via } from '../link.js';
import { inParallel, seconds } from '../numbers.js';
import { startNode, startProgram, stop } from '../processes.js';
import { atMost, type Check, exactly, type Size } from './check.js';

export async function soakDrain({ tunnels }: Size): Promise<Check[]> {
  const node = await startNode();
  const program = await startProgram(node);
  const path = tunnelPath(node.port);
  const links: Link[] = [];
  await inParallel(tunnels, 32, async (i) => {
    const localAddress = `127.0.0.${2 + (i % 60)}`;
    const via: Via = { port: program.port, path, localAddress, protocol: 'peerglass.v1' };
    const link = await openLink(via);
    link.send(command('E'));
    link.send(Buffer.from('.'));
    await link.until(1);
    links.push(link);
  });
  // Some are in the middle of something.
  const busy = links.filter((_, i) => i % 50 === 0);
  for (const link of busy) link.onBytes = (bytes) => link.send(bytes);
  for (const link of busy) link.send(Buffer.alloc(1000));
  const closed = links.map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
  const startedAt = seconds();
  const exitCode = await stop(program, 'SIGTERM');
  const elapsed = seconds() - startedAt;
  await Promise.all(closed);
  await stop(node);
  const told = links.filter(({ closeCode }) => closeCode === closeCodes['shutting-down'].code);
  return [
    exactly(`clients of ${tunnels} tunnels that got their close code`, told.length, tunnels),
    exactly('exit code after SIGTERM', exitCode, 0),
    atMost('seconds until then', elapsed, 10, ' s'),
  ];
}
