import { bipUrl } from './bip.js';

/** Leads away from this page, and fetches nothing before somebody follows it. */
export function BipLink({ bip }: { bip: number }) {
  return (
    <a href={bipUrl(bip)} rel="noreferrer">
      BIP{bip}
    </a>
  );
}
