import { useEffect, useState } from 'react';

/** Counts up every `ms` while it runs. */
export function useTick(ms: number, runs: boolean): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setTicks((before) => before + 1), ms);
    return () => clearInterval(timer);
  }, [ms, runs]);
  return ticks;
}
