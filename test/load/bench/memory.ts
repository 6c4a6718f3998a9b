/** What a tunnel costs that nothing moves through, and what one costs whose client never reads. KiB of the process. */
import { command } from '../command.js';
import { type Link, openLink } from '../link.js';
import { inParallel, sleep } from '../numbers.js';
import { family, residentKiB } from '../processes.js';
import { type Subject } from './subjects.js';

const residentOf = ({ part }: Subject): number =>
  family(part!.pid).reduce((sum, pid) => sum + residentKiB(pid), 0);

/** KiB a tunnel, over so many that stand at once and have each had one round trip. */
export async function measureIdle(subject: Subject, count: number): Promise<number> {
  // What the process keeps after its first hundreds is no tunnel's own.
  await hold(subject, Math.min(count, 200));
  await sleep(500);
  const before = residentOf(subject);
  const links: Link[] = [];
  await inParallel(count, 32, async () => void links.push(await idle(subject)));
  await sleep(1000);
  const cost = (residentOf(subject) - before) / count;
  await release(links);
  return cost;
}

async function hold(subject: Subject, count: number): Promise<void> {
  const links: Link[] = [];
  await inParallel(count, 32, async () => void links.push(await idle(subject)));
  await release(links);
}

async function idle({ via }: Subject): Promise<Link> {
  const link = await openLink(via);
  link.send(command('E'));
  link.send(Buffer.from('.'));
  await link.until(1);
  return link;
}

async function release(links: readonly Link[]): Promise<void> {
  const closed = links.map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
  for (const { socket } of links) socket.resetAndDestroy();
  await Promise.all(closed);
}

/** KiB that the process grows by while so many clients do not read what the node sends without end. */
export async function measureStuck(subject: Subject, count: number): Promise<number> {
  await sleep(500);
  const before = residentOf(subject);
  let most = before;
  const links: Link[] = [];
  await inParallel(count, 32, async () => {
    const link = await openLink(subject.via);
    link.send(command('F'));
    link.socket.pause();
    links.push(link);
  });
  for (let i = 0; i < 20; i++) {
    await sleep(100);
    most = Math.max(most, residentOf(subject));
  }
  await release(links);
  return most - before;
}
