import type { ReactNode } from 'react';

/** A word that the glossary explains. */
export const Term = ({ id, children }: { id: string; children: ReactNode }) => (
  <a href={`#/reference/glossary/${id}`}>{children}</a>
);

/** Text in which `[words](id)` are terms. */
export function Prose({ text }: { text: string }) {
  return text.split(/(\[[^\]]+\]\([a-z0-9-]+\))/).map((part, index) => {
    const [, words, id] = /^\[([^\]]+)\]\(([a-z0-9-]+)\)$/.exec(part) ?? [];
    return id ? (
      <Term key={index} id={id}>
        {words}
      </Term>
    ) : (
      part
    );
  });
}
