export type AddressErrorCode = 'not-an-address' | 'checksum' | 'other-network';

const words: Record<AddressErrorCode, { message: string; hint: string }> = {
  'not-an-address': {
    message: 'this is no address',
    hint: 'Addresses begin with bc1, 1 or 3 on mainnet, with tb1, m, n or 2 on test networks, with bcrt1 on regtest.',
  },
  checksum: {
    message: 'the address has a typing error: its checksum does not fit',
    hint: 'Copy it again from where it came.',
  },
  'other-network': {
    message: 'the address is of another network',
    hint: 'Use an address of the network that this node is on.',
  },
};

/** Why a text is no address of a network. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly code: AddressErrorCode;
  readonly hint: string;

  constructor(code: AddressErrorCode) {
    super(words[code].message);
    this.code = code;
    this.hint = words[code].hint;
  }
}
