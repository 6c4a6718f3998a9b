/** The parts of the reference: what follows the route, `/reference/states`, and behind it an entry's id. */
export const sections = [
  {
    id: 'messages',
    name: 'Message types',
    says: 'Every short id and every type in long form: what it is for, and who proposed it.',
  },
  { id: 'states', name: 'States', says: 'The two machines of a v2 connection, as the code runs them.' },
  { id: 'limits', name: 'Limits', says: 'Sizes, counts and times, and why they are what they are.' },
  { id: 'glossary', name: 'Glossary', says: 'Every term of these pages in a sentence or two.' },
  {
    id: 'road',
    name: 'From v1 to v2',
    says: 'v1, BIP151 and BIP324 side by side: what each protects, and what it does not.',
  },
] as const;

export type SectionId = (typeof sections)[number]['id'];

export interface Place {
  readonly section: SectionId | undefined;
  /** What a link names in a section's place, where there is no such section. */
  readonly unknown?: string;
  /** As the link has it: from outside, and so perhaps of no entry. */
  readonly entry: string | undefined;
}

/** Characters of an entry's id that are looked at. */
const MAX_ENTRY = 40;

/** @param path '/reference/glossary/aad'; 'message' is understood as 'messages'. Never throws. */
export function placeOf(path: string): Place {
  const [, , name, entry] = path.split('/', 4);
  const section = sections.find(({ id }) => id === name || (name === 'message' && id === 'messages'))?.id;
  return {
    section,
    ...(name && section === undefined && { unknown: decoded(name).slice(0, MAX_ENTRY) }),
    entry: section && entry ? decoded(entry).slice(0, MAX_ENTRY) : undefined,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of the section's own heading. */
export const HEADING_ID = 'reference-section';

export const elementId = (entry: string): string => `entry-${entry}`;
