/** What acts cost the page: the processor time of its main thread, task by task. */
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

const LONG_TASK_MS = 50;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** What the page's main thread did in a while, in ms: its longest task by processor time, and the browser's long tasks. */
interface Work {
  readonly tasks: number;
  readonly longest: number;
  readonly total: number;
  /** By the clock: on a busy machine others' work counts, too. */
  readonly longTasks: readonly number[];
}

/** Measures acts by name, until `expectNoLongTask`. */
export class PageWork {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #report = new Map<string, Work>();

  constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  async measured(name: string, act: () => Promise<void>): Promise<void> {
    const work = await workDuring(this.#browser, this.#page, act);
    this.#report.set(name, work);
    console.log(name, work);
  }

  expectNoLongTask(): void {
    const names = [...this.#report.keys()];
    for (const { tasks } of this.#report.values()) expect(tasks).toBeGreaterThan(0);
    const short = [...this.#report].map(([name, work]) => [name, work.longest < LONG_TASK_MS]);
    expect(short).toEqual(names.map((name) => [name, true]));
  }
}

async function workDuring(browser: Browser, page: Page, act: () => Promise<void>): Promise<Work> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) seen.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const longTasks = await page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
  const mains = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );
  const tasks = trace.traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}.${tid}`))
    .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000);
  return {
    tasks: tasks.length,
    longest: Math.max(0, ...tasks),
    total: tasks.reduce((sum, ms) => sum + ms, 0),
    longTasks,
  };
}
