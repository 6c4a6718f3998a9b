import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the run with the line `N passed, N failed`, alone and last, whatever else is printed on the way out.
 * A file that cannot be loaded, a hook that fails and an error that no test caught count as failures too.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    const notRun = counts.skipped + counts.pending;
    process.once('exit', (code) => {
      // A run can fail without any test: a build that fails, say.
      const failed = counts.failed === 0 && code !== 0 ? 1 : counts.failed;
      const skipped = notRun > 0 ? `${notRun} skipped\n` : '';
      writeSync(process.stdout.fd, `${skipped}${counts.passed} passed, ${failed} failed\n`);
    });
  }
}
