/** Where in the lesson a link leads: `/handshake/STEP/FIELD?view=present`. */
export interface Place {
  readonly step?: string;
  readonly field?: string;
  readonly present: boolean;
}

/** Ids are plain; whatever else stands in a link is shown as text and matches nothing. */
const MAX_ID = 80;

export function placeOf(path: string, query: string): Place {
  const [, , step, field] = path.split('/');
  return {
    ...(step && { step: step.slice(0, MAX_ID) }),
    ...(step && field && { field: field.slice(0, MAX_ID) }),
    present: new URLSearchParams(query).get('view') === 'present',
  };
}

export function pathOf({ step, field, present }: Place): string {
  const path = ['/handshake', step, step && field].filter(Boolean).join('/');
  return present ? `${path}?view=present` : path;
}
