/** Characters of a filter. */
export const MAX_FILTER = 100;

/** Whether each word of `filter` is in one of the texts, whatever the case. */
export function fits(filter: string, texts: readonly (string | undefined)[]): boolean {
  const all = texts.filter(Boolean).join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
