import type { Connection } from '../store/store.js';

/** A recording that no key opens: bytes and times are all there is, as for an observer. */
export const isObserved = ({ recording }: Connection): boolean => recording?.readsWith === 'nothing';
