/** The child processes and folders of this test file: gone when it ends, whatever became of its tests. */
import { afterAll } from 'vitest';
import { stopAll } from './children.js';

export { freePorts, startChild, stopChild, temporaryFolder } from './children.js';

// Runs after the file's own hooks, because it is registered before them.
afterAll(stopAll);
