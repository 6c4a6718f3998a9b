/** After so many ms of work the worker turns to its connections. */
const SLICE_MS = 8;

/** To be awaited between pieces of long work: rests only once they took a while. */
export function slices(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return pause().then(() => {
      since = performance.now();
    });
  };
}

/** Lets the worker turn to its connections. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
