const grouped = new Intl.NumberFormat('en');

export const number = (value: number): string => grouped.format(value);

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** Relative to the connection's start: "+0.4 ms", "+182 ms", "+12.3 s", "+4 min 05 s". */
export function since(ms: number): string {
  if (ms < 10) return `+${ms.toFixed(1)} ms`;
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  return `+${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The same for a narrow column: from a minute on "+1:24", "+1:02:24". */
export function sinceInRow(ms: number): string {
  if (ms < 60_000) return since(ms);
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `+${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** "0.4 ms", "34 ms", "20 s", "2 min 05 s". */
export function lasting(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${Math.floor(ms / 100) / 10} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** One for all: the engine frees each formatter by itself, and thousands of them hold up the page for a while. */
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export const wallClock = (ms: number): string => clock.format(ms);
