const repository = 'https://github.com/bitcoin/bips';

/** Those that are not where the rest is: a text in Markdown, or one that is still a pull request. */
const elsewhere: ReadonlyMap<number, string> = new Map([
  [183, `${repository}/pull/1923`],
  [434, `${repository}/blob/master/bip-0434.md`],
]);

/** Where a BIP's text is. */
export const bipUrl = (bip: number): string =>
  elsewhere.get(bip) ?? `${repository}/blob/master/bip-${String(bip).padStart(4, '0')}.mediawiki`;
