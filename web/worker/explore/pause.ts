/** Lets the worker turn to its connections. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
