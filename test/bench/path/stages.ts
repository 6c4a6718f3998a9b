/** Which stage of the way a sample of the profiler belongs to, by the names of its functions. */
import type { ThreadProfile } from './profile.js';

export const workerStages = [
  'read: tunnel and streams',
  'open packets',
  'decode',
  'trace and logs',
  'post to the page',
  'collect garbage',
  'other',
  'wait for bytes',
] as const;
type WorkerStage = (typeof workerStages)[number];

/** The innermost function that is named here decides. */
const stageOf: Readonly<Record<string, WorkerStage>> = {
  '(idle)': 'wait for bytes',
  '(garbage collector)': 'collect garbage',
  decodeMessage: 'decode',
  decodeLeniently: 'decode',
  entry: 'trace and logs',
  '#onEntry': 'trace and logs',
  receivedPacket: 'trace and logs',
  received: 'trace and logs',
  flush: 'post to the page',
  '#receivePackets': 'open packets',
  '#received': 'read: tunnel and streams',
  '#receivedBytes': 'read: tunnel and streams',
  '#pull': 'read: tunnel and streams',
  pull: 'read: tunnel and streams',
  othersTurn: 'read: tunnel and streams',
  'port1.onmessage': 'read: tunnel and streams',
  '#readAll': 'read: tunnel and streams',
};

/** Milliseconds by stage. */
export function workerTimes({ samples }: ThreadProfile): Map<WorkerStage, number> {
  const times = new Map<WorkerStage, number>(workerStages.map((stage) => [stage, 0]));
  for (const { stack, ms } of samples) {
    const named = stack.find((name) => Object.hasOwn(stageOf, name));
    const stage = named === undefined ? 'other' : stageOf[named]!;
    times.set(stage, times.get(stage)! + ms);
  }
  return times;
}

/** Of a thread: all but waiting, in ms. */
export const busyTime = ({ samples }: ThreadProfile): number =>
  samples.reduce((sum, { stack, ms }) => (stack[0] === '(idle)' ? sum : sum + ms), 0);
