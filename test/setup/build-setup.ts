import { buildAloud } from '../../bridge/build.mjs';

/** The tests of the product run what a person would run: dist/, built from these sources. */
export default async function setup(): Promise<void> {
  if (!(await buildAloud())) throw new Error('the build failed');
}
