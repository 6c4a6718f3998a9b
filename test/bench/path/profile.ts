/** Where a tab's time goes: the samples of Chromium's own profiler, by thread, each to the stage that it fell in. */
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly id?: string;
  readonly args?: {
    readonly name?: string;
    readonly data?: {
      readonly cpuProfile?: { readonly nodes?: readonly ProfileNode[]; readonly samples?: readonly number[] };
      readonly timeDeltas?: readonly number[];
    };
  };
}

interface ProfileNode {
  readonly id: number;
  readonly parent?: number;
  readonly callFrame: { readonly functionName: string; readonly url?: string };
}

/** Of one thread of the tab. */
export interface ThreadProfile {
  /** 'page' or 'worker' */
  readonly thread: string;
  /** The functions of each sample, the innermost first, and how long it stood for, in ms. */
  readonly samples: readonly { readonly stack: readonly string[]; readonly ms: number }[];
}

const CATEGORIES = ['toplevel', 'disabled-by-default-v8.cpu_profiler'];

export async function profileDuring(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<ThreadProfile[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return profilesOf(trace.traceEvents);
}

function profilesOf(events: readonly TraceEvent[]): ThreadProfile[] {
  const names = new Map<string, string>();
  for (const { name, args, pid, tid } of events)
    if (name === 'thread_name') names.set(`${pid}.${tid}`, args?.name ?? '');
  const owners = new Map<string, string>();
  for (const { name, pid, tid, id } of events)
    if (name === 'Profile') owners.set(`${pid}.${id}`, names.get(`${pid}.${tid}`) ?? '');
  return [...owners].map(([key, owner]) => ({
    thread: owner === 'CrRendererMain' ? 'page' : owner.startsWith('DedicatedWorker') ? 'worker' : owner,
    samples: samplesOf(
      events.filter(({ name, pid, id }) => name === 'ProfileChunk' && `${pid}.${id}` === key),
    ),
  }));
}

function samplesOf(chunks: readonly TraceEvent[]): ThreadProfile['samples'] {
  const nodes = new Map<number, ProfileNode>();
  const samples: { stack: string[]; ms: number }[] = [];
  for (const { args } of chunks) {
    const { cpuProfile, timeDeltas = [] } = args?.data ?? {};
    for (const node of cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    for (const [at, sample] of (cpuProfile?.samples ?? []).entries()) {
      const stack: string[] = [];
      for (let node = nodes.get(sample); node !== undefined; node = nodes.get(node.parent ?? -1))
        stack.push(node.callFrame.functionName);
      samples.push({ stack, ms: (timeDeltas[at] ?? 0) / 1000 });
    }
  }
  return samples;
}
