/** Round trips of 32 bytes, one at a time, the subjects taking turns; and how fast tunnels come and go. */
import { command } from '../command.js';
import { openLink } from '../link.js';
import { inParallel, seconds } from '../numbers.js';
import { type Subject } from './subjects.js';

const MESSAGE = Buffer.alloc(32, 0x42);
const BATCH = 200;

/** Microseconds. */
export async function measureRoundTrips(
  subjects: readonly Subject[],
  batches: number,
): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let batch = -2; batch < batches; batch++) {
    for (const subject of subjects) {
      const times = await roundTrips(subject);
      if (batch >= 0) results.get(subject.name)!.push(...times);
    }
  }
  return results;
}

async function roundTrips({ via }: Subject): Promise<number[]> {
  const link = await openLink(via);
  link.send(command('E'));
  const times: number[] = [];
  const message = link.encode(MESSAGE);
  for (let i = 1; i <= BATCH; i++) {
    const sentAt = performance.now();
    link.socket.write(message);
    await link.until(MESSAGE.length * i);
    times.push((performance.now() - sentAt) * 1000);
  }
  link.socket.destroy();
  return times.slice(20);
}

/** Tunnels a second: opened, used for one round trip, reset. */
export async function measureOpens(
  subjects: readonly Subject[],
  rounds: number,
  count: number,
): Promise<Map<string, number[]>> {
  const results = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, via } of subjects) {
      const some = name === 'websockify' ? Math.ceil(count / 10) : count;
      const startedAt = seconds();
      await inParallel(some, 32, async () => {
        const link = await openLink(via);
        link.send(command('E'));
        link.send(MESSAGE);
        await link.until(MESSAGE.length);
        link.socket.resetAndDestroy();
      });
      if (round >= 0) results.get(name)!.push(some / (seconds() - startedAt));
    }
  }
  return results;
}
