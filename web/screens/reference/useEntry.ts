import { useEffect, useRef } from 'react';
import { cameBack, scrollToPlace } from '../../arrival.js';
import { elementId, HEADING_ID } from './sections.js';

/**
 * A link to an entry brings it into sight and gives it the focus, so that reading goes on from there; a link to another
 * section does the same with its heading. Whoever goes back finds the place as it was left.
 */
export function useEntry(section: string | undefined, entry: string | undefined): void {
  const before = useRef(section);
  useEffect(() => {
    const moved = before.current !== section;
    before.current = section;
    if (!moved && entry === undefined) return;
    // Once whatever else happens on arrival at a screen is done.
    const frame = requestAnimationFrame(() => {
      const element = entry === undefined ? null : document.getElementById(elementId(entry));
      const focused = element ?? document.getElementById(HEADING_ID);
      focused?.focus({ preventScroll: true });
      if (cameBack()) scrollToPlace();
      else if (element) element.scrollIntoView({ block: 'start' });
      else scrollTo(0, 0);
    });
    return () => cancelAnimationFrame(frame);
  }, [section, entry]);
}
