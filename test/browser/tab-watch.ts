/** What the page under load is told by its worker, and how its frames go meanwhile. Runs beside the page's own code. */
import type { Page } from 'playwright-core';

export interface BlockRow {
  /** performance.now() of the page, in ms. */
  readonly at: number;
  readonly index: number;
  readonly payloadBytes: number;
  readonly summary: string;
}

export interface TabFacts {
  /** Received blocks, in the order in which their rows came. */
  readonly blocks: readonly BlockRow[];
  /** When the row of the latest getdata that we sent came, in ms of the page's clock. */
  readonly askedAt: number;
  /** Posts with news of a session, those that the page has acknowledged, and the most that were open at once. */
  readonly posts: number;
  readonly acknowledged: number;
  readonly mostOpen: number;
  /** Rows in the largest post. */
  readonly mostRows: number;
  /** Between two animation frames, in ms. */
  readonly frameGaps: readonly number[];
  /** The browser's long tasks: of more than 50 ms by the clock. */
  readonly longTasks: readonly number[];
}

/** Before the page loads. */
export async function watchTab(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Told {
      readonly type: string;
      readonly request?: number;
      readonly connection?: number;
      readonly answer?: { readonly payload: Uint8Array<ArrayBuffer> };
      readonly update?: {
        readonly messages: readonly {
          readonly index: number;
          readonly type?: string;
          readonly direction: string;
          readonly payloadBytes: number;
          readonly summary: string;
        }[];
        readonly stream: readonly unknown[];
      };
    }
    const empty = () => ({
      blocks: [] as object[],
      askedAt: 0,
      posts: 0,
      acknowledged: 0,
      mostOpen: 0,
      mostRows: 0,
      frameGaps: [] as number[],
      longTasks: [] as number[],
    });
    const digest = async (bytes: Uint8Array<ArrayBuffer>) => {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    };
    const waiting = new Map<number, (payload: Uint8Array<ArrayBuffer> | undefined) => void>();
    const workers: Worker[] = [];
    let connection = 0;
    const watch = {
      facts: empty(),
      begin: () => void (watch.facts = empty()),
      payload: (message: number) =>
        new Promise((resolve) => {
          // Far beyond the numbers of the page's own questions.
          const request = 1e9 + message;
          waiting.set(request, (payload) => resolve(payload && digest(payload)));
          workers.at(-1)!.postMessage({
            type: 'ask',
            connection,
            request,
            question: { about: 'message', message },
          } as unknown as Told);
        }),
    };
    Object.assign(globalThis, { tabWatch: watch });
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
        this.addEventListener('message', ({ data }: MessageEvent<Told>) => {
          if (data.type === 'answer') return waiting.get(data.request!)?.(data.answer?.payload);
          if (data.type !== 'update' || data.update === undefined) return;
          const { facts } = watch;
          const { messages, stream } = data.update;
          facts.posts++;
          facts.mostOpen = Math.max(facts.mostOpen, facts.posts - facts.acknowledged);
          facts.mostRows = Math.max(facts.mostRows, messages.length + stream.length);
          const at = performance.now();
          for (const { index, type, direction, payloadBytes, summary } of messages)
            if (type === 'getdata' && direction === 'sent') facts.askedAt = at;
            else if (type === 'block' && direction === 'received')
              facts.blocks.push({ at, index, payloadBytes, summary });
        });
      }

      override postMessage(message: Told, transfer?: Transferable[] | StructuredSerializeOptions): void {
        if (message.type === 'open') connection = message.connection ?? 0;
        if (message.type === 'taken') watch.facts.acknowledged++;
        super.postMessage(message, transfer as Transferable[]);
      }
    };
    let last = performance.now();
    const frame = (now: number) => {
      watch.facts.frameGaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watch.facts.longTasks.push(duration);
    }).observe({ type: 'longtask' });
  });
}

interface Watching {
  readonly tabWatch: {
    readonly facts: TabFacts;
    begin(): void;
    payload(message: number): Promise<string | undefined>;
  };
}

/** What follows counts from here. */
export const beginWatch = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as Watching).tabWatch.begin());

export const tabFacts = (page: Page): Promise<TabFacts> =>
  page.evaluate(() => (globalThis as unknown as Watching).tabWatch.facts);

/**
 * The SHA-256 of a message's payload, of the latest connection, as the worker gives it to whoever opens it; undefined
 * where it is not kept.
 */
export const payloadDigest = (page: Page, message: number): Promise<string | undefined> =>
  page.evaluate((message) => (globalThis as unknown as Watching).tabWatch.payload(message), message);

/** Resolves when the page has been told of so many blocks. */
export async function blocksTold(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => (globalThis as unknown as Watching).tabWatch.facts.blocks.length >= wanted,
    count,
    { polling: 100, timeout: 180_000 },
  );
}
