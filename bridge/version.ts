import { readFileSync } from 'node:fs';

/** The package's version. This file runs as dist/bridge/version.js, and in tests as bridge/version.ts. */
export function packageVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { version: string };
      return parsed.version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
