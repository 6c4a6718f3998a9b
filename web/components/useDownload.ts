import { useEffect, useRef } from 'react';

/** Hands a file to the browser. Its address lives until the next one, or as long as the screen. */
export function useDownload(): (blob: Blob, name: string) => void {
  const last = useRef<string>(undefined);
  const forget = () => {
    if (last.current !== undefined) URL.revokeObjectURL(last.current);
  };
  useEffect(() => forget, []);
  return (blob, name) => {
    forget();
    last.current = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = last.current;
    link.download = name;
    link.click();
  };
}
