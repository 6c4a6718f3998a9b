import { create } from 'zustand';
import type { EngineFacts } from '../worker/protocol.js';
import { here } from '../route.js';

/** Which engine the page's worker computes with; undefined until it has said so. */
export const useEngine = create<{ readonly engine: EngineFacts | undefined }>(() => ({ engine: undefined }));

/**
 * The engine that the page's address names: `?engine=noble`, before the hash or, where a static host's link keeps its
 * parameters there, behind it.
 */
export function askedEngine(): string | undefined {
  const [, query] = here();
  const before = new URLSearchParams(location.search).get('engine');
  return before ?? new URLSearchParams(query).get('engine') ?? undefined;
}
