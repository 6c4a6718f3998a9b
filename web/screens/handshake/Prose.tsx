import { Term } from '../../components/Term.js';
import type { TermId } from '../reference/glossary.js';

/** Text in which `[words](id)` are terms of the glossary; test/reference/reference.test.ts holds every id against it. */
export function Prose({ text }: { text: string }) {
  return text.split(/(\[[^\]]+\]\([a-z0-9-]+\))/).map((part, index) => {
    const [, words, id] = /^\[([^\]]+)\]\(([a-z0-9-]+)\)$/.exec(part) ?? [];
    return id ? (
      <Term key={index} id={id as TermId}>
        {words}
      </Term>
    ) : (
      part
    );
  });
}
