import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Of the bar of the session, which stays at the window's upper edge where there is room: in px. */
const BAR_HEIGHT = 120;

const currentStep = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('[data-step-keys] [aria-current=step]');

/** To the step in the list whose sheet was closed. */
export const focusStep = (): void => currentStep()?.focus();

/**
 * A step that is chosen while its panel is scrolled, or out of sight, starts at its heading, with the focus if it had
 * it. Over the list lies the panel as a sheet: then the step's own row is brought into what is left to see of it.
 */
export function useKeptInView(panel: RefObject<HTMLElement | null>, step: string, open: boolean): void {
  const shown = useRef(step);
  const focused = useRef(false);
  useLayoutEffect(() => {
    const note = () => {
      focused.current = panel.current?.contains(document.activeElement) ?? false;
    };
    addEventListener('focusin', note);
    return () => removeEventListener('focusin', note);
  }, [panel]);
  useLayoutEffect(() => {
    const { current } = panel;
    const isSheet = current !== null && getComputedStyle(current).position === 'fixed';
    if (isSheet && open) currentStep()?.scrollIntoView({ block: 'nearest' });
    if (current === null || shown.current === step) return;
    shown.current = step;
    const heading = current.querySelector('h2');
    if (!heading) return;
    current.scrollTo(0, 0);
    const { top } = heading.getBoundingClientRect();
    if (!isSheet && (top < BAR_HEIGHT || top > innerHeight * 0.8)) current.scrollIntoView({ block: 'start' });
    if (focused.current && !current.contains(document.activeElement)) heading.focus({ preventScroll: true });
  }, [panel, step, open]);
}
