import { useEffect, useRef } from 'react';
import { copyNearest } from './components/CopyButton.js';
import { selectNext } from './components/SessionTabs.js';
import { goTo } from './route.js';
import { screens } from './screens.js';

/** Of the text that filters a screen's list; `/` goes there. */
export const FILTER_ID = 'filter-text';

const places = new Map(screens.map(({ key, path }) => [key, path]));

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));

/** `g` then a letter goes to a screen, `/` to its filter, `<` and `>` to another session, `?` opens the help, `c` copies bytes. Nothing while typing, nothing with a modifier. */
export function useKeys(openHelp: () => void): void {
  const afterG = useRef(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const place = afterG.current ? places.get(event.key) : undefined;
      afterG.current = event.key === 'g';
      const filter = event.key === '/' ? document.getElementById(FILTER_ID) : null;
      if (place) goTo(place);
      else if (filter) filter.focus();
      else if (event.key === '<') selectNext(-1);
      else if (event.key === '>') selectNext(1);
      else if (event.key === '?') openHelp();
      else if (event.key === 'c' && copyNearest()) afterG.current = false;
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [openHelp]);
}
