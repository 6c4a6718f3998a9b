import type { Source } from './opening.js';
import type { RecordingSource } from './recordings.js';

/** Where a recording's bytes come from. */
export function sourceOf(source: Extract<RecordingSource, { kind: 'bundled' | 'file' }>): Source {
  if (source.kind === 'file') {
    const { file } = source;
    return {
      kind: 'file',
      name: file.name,
      open: () => Promise.resolve({ bytes: file.stream(), total: file.size }),
    };
  }
  const { url } = source;
  return {
    kind: 'bundled',
    name: url.slice(url.lastIndexOf('/') + 1),
    async open(signal) {
      const response = await fetch(url, { signal });
      if (!response.ok || response.body === null)
        throw new Error(`the page’s server answered ${response.status}`);
      return { bytes: response.body };
    },
  };
}
