import { useCallback, useEffect, useRef, useState } from 'react';

/** Rows beyond the edges, for the scroll that is under way. */
const OVERSCAN = 12;

/**
 * Which of very many rows of one height are in sight: only those are built.
 * @param count rows in all
 * @param height of a row, in px
 */
export function useWindow(count: number, height: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, rows: 0 });
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / height);
    const rows = Math.ceil(element.clientHeight / height) + 1;
    setSeen((before) => (before.first === first && before.rows === rows ? before : { first, rows }));
  }, [height]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [look]);

  // Looks at once after each scroll of ours: its event comes a frame later, and until then nothing would be there.
  const scroll = useCallback(
    (options: ScrollToOptions) => {
      scroller.current?.scrollTo({ behavior: 'instant', ...options });
      look();
    },
    [look],
  );
  /** Scrolls as little as it takes to see a row whole; `margin` more rows around it where it has to scroll. */
  const reveal = useCallback(
    (row: number, margin = 0) => {
      const element = scroller.current;
      if (element === null) return;
      const [top, bottom] = [row * height, (row + 1) * height];
      if (top < element.scrollTop) scroll({ top: top - margin * height });
      else if (bottom > element.scrollTop + element.clientHeight)
        scroll({ top: bottom - element.clientHeight + margin * height });
    },
    [height, scroll],
  );
  const toEnd = useCallback(() => scroll({ top: scroller.current?.scrollHeight ?? 0 }), [scroll]);
  const moveBy = useCallback(
    (rows: number) => scroll({ top: (scroller.current?.scrollTop ?? 0) + rows * height }),
    [height, scroll],
  );
  /** How far the lower edge of what is in sight is from both ends, in rows. */
  const edge = useCallback(() => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {};
    return {
      fromStart: (scrollTop + clientHeight) / height,
      fromEnd: (scrollHeight - scrollTop - clientHeight) / height,
    };
  }, [height]);

  return {
    scroller,
    start: Math.max(0, Math.min(seen.first, count - seen.rows) - OVERSCAN),
    end: Math.min(count, seen.first + seen.rows + OVERSCAN),
    reveal,
    toEnd,
    moveBy,
    edge,
  };
}
