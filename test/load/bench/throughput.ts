/** Throughput both ways, in rounds in which every subject has its turn, and processor time for each GiB. */
import { command } from '../command.js';
import { type Link, openLink } from '../link.js';
import { GIB, MIB, seconds } from '../numbers.js';
import { BASELINE, cpuOf, type Subject } from './subjects.js';

export interface Throughput {
  /** MiB a second, a round each. */
  readonly rates: number[];
  /** Against the baseline's of the same round. */
  readonly ratios: number[];
  /** Processor seconds of the subject for each GiB. */
  readonly cpu: number[];
}

export type Way = 'down' | 'up';

const FRAME = 1 << 16;

export async function measureThroughput(
  subjects: readonly Subject[],
  way: Way,
  rounds: number,
  bytes: number,
): Promise<Map<string, Throughput>> {
  const results = new Map<string, Throughput>(
    subjects.map(({ name }) => [name, { rates: [], ratios: [], cpu: [] }]),
  );
  for (let round = -1; round < rounds; round++) {
    const turn = new Map<string, { rate: number; cpu: number }>();
    // Back and forth, so that nobody always comes after the same.
    for (const subject of round % 2 === 0 ? subjects : [...subjects].reverse()) {
      turn.set(subject.name, await once(subject, way, round < 0 ? bytes / 8 : bytes));
    }
    if (round < 0) continue; // warms up
    for (const [name, { rate, cpu }] of turn) {
      const result = results.get(name)!;
      result.rates.push(rate);
      result.ratios.push(rate / turn.get(BASELINE)!.rate);
      result.cpu.push(cpu);
    }
  }
  return results;
}

async function once(subject: Subject, way: Way, bytes: number): Promise<{ rate: number; cpu: number }> {
  const link = await openLink(subject.via);
  const cpuBefore = cpuOf(subject);
  const startedAt = seconds();
  if (way === 'down') {
    link.send(command('D', bytes));
    await link.until(bytes);
  } else {
    link.send(command('U', bytes));
    upload(link, bytes);
    await link.until(1);
  }
  const elapsed = seconds() - startedAt;
  const cpu = (cpuOf(subject) - cpuBefore) / (bytes / GIB);
  link.socket.destroy();
  return { rate: bytes / MIB / elapsed, cpu };
}

/** Credits of the bridge are not waited for: it pauses who sends too much. */
function upload(link: Link, bytes: number): void {
  const frame = link.encode(Buffer.alloc(FRAME, 0xa5));
  let left = bytes / FRAME;
  const pump = () => {
    while (left > 0 && !link.socket.destroyed) {
      left -= 1;
      if (!link.socket.write(frame)) return void link.socket.once('drain', pump);
    }
  };
  pump();
}
