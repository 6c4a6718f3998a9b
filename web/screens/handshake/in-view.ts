import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** Of the bar of the session, which stays at the window's upper edge where there is room: in px. */
const BAR_HEIGHT = 76;

const currentStep = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('[data-step-keys] [aria-current=step]');

const isSheet = (panel: HTMLElement): boolean => getComputedStyle(panel).position === 'fixed';

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
    if (current === null || shown.current === step) return;
    shown.current = step;
    const heading = current.querySelector('h2');
    if (!heading) return;
    current.scrollTo(0, 0);
    const { top } = heading.getBoundingClientRect();
    if (!isSheet(current) && (top < BAR_HEIGHT || top > innerHeight * 0.8))
      current.scrollIntoView({ block: 'start' });
    if (focused.current && !current.contains(document.activeElement)) heading.focus({ preventScroll: true });
  }, [panel, step]);
  useEffect(() => {
    if (!open || !panel.current || !isSheet(panel.current)) return;
    // After the page has scrolled to the top of a screen that it just came to.
    const frame = requestAnimationFrame(() => currentStep()?.scrollIntoView({ block: 'nearest' }));
    return () => cancelAnimationFrame(frame);
  }, [panel, step, open]);
}
