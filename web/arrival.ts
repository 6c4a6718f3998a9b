/**
 * Where the window was scrolled at each entry of the browser's history. Another place of the page begins at its top, or
 * at what its link names; an entry that somebody comes back to is shown as it was left. The browser knows that only
 * for a page that is as long at once as it was.
 */
const left = new Map<number, number>();
let entries = Date.now();
let back = false;
let entry = enter();

/** Each entry has a number of its own, which stays with it. */
function enter(): number {
  const state: unknown = history.state;
  back = typeof state === 'number' && left.has(state);
  if (typeof state === 'number') return state;
  history.replaceState(++entries, '');
  return entries;
}

addEventListener('popstate', () => (entry = enter()));
addEventListener('scroll', () => left.set(entry, scrollY), { passive: true });

/** Whether the place on screen is one that somebody went back to, or forward: it scrolls by itself. */
export const cameBack = (): boolean => back;

/** Frames in which what is shown may still grow to the length that it had. */
const TRIES = 30;

/** Scrolls to where the place was left, or for one that is new to its top. */
export function scrollToPlace(): void {
  if (!back) return scrollTo(0, 0);
  const wanted = left.get(entry) ?? 0;
  const [at, until] = [entry, TRIES];
  const attempt = (tries: number) => {
    if (entry !== at) return;
    scrollTo(0, wanted);
    left.set(at, wanted);
    if (Math.abs(scrollY - wanted) > 1 && tries > 0) requestAnimationFrame(() => attempt(tries - 1));
  };
  attempt(until);
}
