/** Where in the Explorer somebody is; it stands in the address. */
export type Place =
  | { readonly at: 'start' }
  | { readonly at: 'headers'; readonly height: number }
  | { readonly at: 'block'; readonly id: string }
  | { readonly at: 'tx'; readonly id: string }
  | { readonly at: 'broken' };

const HASH = /^[0-9a-f]{64}$/;
const HEIGHT = /^(0|[1-9]\d{0,8})$/;

export function placeOf(path: string): Place {
  const [, , part, id = '', ...more] = path.toLowerCase().replace(/\/$/, '').split('/');
  if (part === undefined) return { at: 'start' };
  if (more.length > 0) return { at: 'broken' };
  if (part === 'headers' && HEIGHT.test(id)) return { at: 'headers', height: Number(id) };
  if (part === 'block' && (HASH.test(id) || HEIGHT.test(id))) return { at: 'block', id };
  if (part === 'tx' && HASH.test(id)) return { at: 'tx', id };
  return { at: 'broken' };
}

export const blockPath = (id: string | number): string => `/explorer/block/${id}`;
export const transactionPath = (id: string): string => `/explorer/tx/${id}`;
export const headersPath = (height: number): string => `/explorer/headers/${height}`;

/** What somebody typed into the search; undefined for what is neither. */
export type Sought = { readonly height: number } | { readonly hash: string };

export function soughtOf(text: string): Sought | undefined {
  // Copied from elsewhere it may be in quotes, begin with 0x or be broken into lines.
  const typed = text
    .trim()
    .toLowerCase()
    .replace(/^["'“‘`]+|["'”’`,;.]+$/g, '');
  const height = typed.replace(/[,\s’'_]/g, '');
  if (HEIGHT.test(height)) return { height: Number(height) };
  // An output's name, TXID:N, is as good as its transaction's.
  const hash = typed.replace(/:\d+$/, '').replace(/^0x/, '').replace(/\s/g, '');
  return HASH.test(hash) ? { hash } : undefined;
}
