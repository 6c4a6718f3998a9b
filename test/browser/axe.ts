import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds on the page as it stands. The page must have been opened with `bypassCSP`: axe is the test's script. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: unknown): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
      };
    };
    const result = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
}

/** In px. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Of an element: how much of the window's height it takes, from where to where, in px. */
export const extent = (
  page: Page,
  selector: string,
): Promise<{ top: number; bottom: number; height: number }> =>
  page.locator(selector).evaluate((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return { top, bottom, height };
  });

/** Wide and light, narrow and dark: calls `check` with the page in each of these looks, and leaves it narrow. */
export async function inBothLooks(page: Page, check: (look: string) => Promise<void>): Promise<void> {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    await page.setViewportSize({ width, height: 740 });
    // Without transitions: half-way between two themes nothing has its contrast.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await check(`${colorScheme}-${width}`);
  }
}

/** Where the screens stand side by side, and nothing of the session is folded away. */
export const widen = (page: Page): Promise<void> => page.setViewportSize({ width: 1280, height: 740 });
