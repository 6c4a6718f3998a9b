import type { NetworkName } from '../../../shared/networks.js';

/** How bitcoin-cli is told which network's node to ask. */
const flags: { readonly [N in NetworkName]: string } = {
  main: '',
  testnet3: ' -testnet',
  testnet4: ' -testnet4',
  signet: ' -signet',
  regtest: ' -regtest',
};

/** Prints every peer; what it prints is to be pasted. */
export const askPeers = (network: NetworkName): string => `bitcoin-cli${flags[network]} getpeerinfo`;

/** The same, and less of it, where jq is there. */
export const askPeersShort = (network: NetworkName): string =>
  `${askPeers(network)} | jq 'map({id, addr, subver, transport_protocol_type, session_id})'`;

/** Without jq: the ids alone. */
export const askIds = (network: NetworkName): string => `${askPeers(network)} | grep session_id`;

/** Compares where the node is: prints a line if the node has this session, and nothing otherwise. */
export const askThisId = (network: NetworkName, sessionId: string): string =>
  `${askPeers(network)} | grep ${sessionId}`;
