import { useEffect, useState } from 'react';
import { Button } from './Button.js';

const COPY_KEY = 'c';

/** What has the focus is copied, or what is nearest to it. @returns whether there was anything */
export function copyNearest(): boolean {
  for (let near = document.activeElement; near; near = near.parentElement) {
    const button = near.querySelector<HTMLElement>(`[aria-keyshortcuts=${COPY_KEY}]`);
    if (button?.checkVisibility()) {
      button.click();
      return true;
    }
  }
  return false;
}

type Outcome = 'none' | 'copied' | 'failed';
const words: { readonly [O in Outcome]: string } = {
  none: '',
  copied: 'Copied',
  failed: 'Select it and copy by hand: the clipboard is not open to this page',
};

/** Copies text whole. Without a secure context a page has no clipboard: that is said. */
export function CopyButton({
  text,
  label,
  byKey,
}: {
  text: string | (() => string | Promise<string>);
  label: string;
  /** Whether `c` copies it: the bytes of what is open. */
  byKey?: boolean;
}) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome('none'), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <span>
      <Button onClick={() => void copy()} aria-keyshortcuts={byKey ? COPY_KEY : undefined}>
        {outcome === 'copied' ? words.copied : label}
      </Button>{' '}
      <span role="status">
        {outcome === 'copied' ? <span className="visually-hidden">{words.copied}</span> : words[outcome]}
      </span>
    </span>
  );
}
