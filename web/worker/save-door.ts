import type { Recording } from '../../shared/recording/index.js';
import type { SaveAs, Saved } from './recordings.js';

const load = () => import('./save.js');

/** Loads what saves a session as soon as there is one: it can still be saved once what served the page is gone. */
export function prepareSaving(): void {
  void load().catch(() => undefined);
}

/** A session as a file; undefined before there is one, and where the script that makes it is gone. */
export const savedAs = (recording: Recording | undefined, as: SaveAs): Promise<Saved | undefined> =>
  load().then(
    ({ saved }) => saved(recording, as),
    () => undefined,
  );
