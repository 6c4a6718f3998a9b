import { useEffect, useState } from 'react';
import { Button } from './Button.js';

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
}: {
  text: string | (() => string | Promise<string>);
  label: string;
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
      <Button onClick={() => void copy()}>{outcome === 'copied' ? words.copied : label}</Button>{' '}
      <span role="status">{outcome === 'failed' ? words.failed : ''}</span>
    </span>
  );
}
