import { useEffect } from 'react';
import { elementId } from './sections.js';

/** A link to an entry brings it into sight and gives it the focus, so that reading goes on from there. */
export function useEntry(entry: string | undefined): void {
  useEffect(() => {
    if (entry === undefined) return;
    // Once whatever else happens on arrival at a screen is done.
    const frame = requestAnimationFrame(() => {
      const element = document.getElementById(elementId(entry));
      element?.scrollIntoView({ block: 'start' });
      element?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [entry]);
}
