import type { FieldKind } from '../shared/bip324/trace.js';

/** How a kind of field is drawn and named, the same on every screen: a colour, a pattern, a letter. */
export interface Kind {
  readonly letter: string;
  readonly label: string;
  /** The class in field.module.css that carries colour and pattern. */
  readonly look:
    'key' | 'garbage' | 'terminator' | 'length' | 'header' | 'contents' | 'tag' | 'decoy' | 'plain';
}

export const kinds: { readonly [K in FieldKind]: Kind } = {
  ellswift: { letter: 'K', label: 'key', look: 'key' },
  garbage: { letter: 'G', label: 'garbage', look: 'garbage' },
  terminator: { letter: 'T', label: 'garbage terminator', look: 'terminator' },
  length: { letter: 'L', label: 'length', look: 'length' },
  header: { letter: 'H', label: 'header', look: 'header' },
  contents: { letter: 'C', label: 'contents', look: 'contents' },
  tag: { letter: 'A', label: 'authentication tag', look: 'tag' },
  v1: { letter: 'V', label: 'v1 bytes', look: 'plain' },
  magic: { letter: 'M', label: 'network magic', look: 'header' },
  type: { letter: 'N', label: 'message type', look: 'contents' },
  checksum: { letter: 'S', label: 'checksum', look: 'tag' },
  unread: { letter: 'U', label: 'unread bytes', look: 'plain' },
};

export const decoy: Kind = { letter: 'D', label: 'decoy contents', look: 'decoy' };
