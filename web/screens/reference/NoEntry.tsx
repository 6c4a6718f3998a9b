/** A link may name what is not here. */
export function NoEntry({ entry, known }: { entry: string | undefined; known: (entry: string) => boolean }) {
  if (entry === undefined || known(entry)) return null;
  return (
    <p role="status">
      There is no entry “<code>{entry}</code>” here. What there is stands below.
    </p>
  );
}
