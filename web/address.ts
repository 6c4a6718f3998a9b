import { networks, type NetworkName } from '../shared/networks.js';
import {
  isDemoHost,
  NodeAddressError,
  parseNodeAddress,
  type NodeAddress,
} from '../shared/tunnel/address.js';
import { BridgeUrlError, tunnelUrl } from '../shared/tunnel/url.js';
import type { Form } from './store/store.js';
import type { Target } from './worker/protocol.js';

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** What the form says, as a target; or, in a sentence or two, what to correct. */
export function targetOf(form: Form, ownBridge: string): Parsed<Target> {
  // The demo node speaks regtest alone, also where it misbehaves, and whatever the form says.
  const network = isDemo(form.node) ? 'regtest' : form.network;
  const node = nodeOf(form.node, network);
  if (!node.ok) return node;
  const bridge = form.bridge.trim() || ownBridge;
  return attempt(() => {
    tunnelUrl(bridge, node.value);
    return { ...node.value, network, bridge, protocol: 'v2' };
  });
}

export function isDemo(node: string): boolean {
  const parsed = nodeOf(node, 'regtest');
  return parsed.ok && isDemoHost(parsed.value.host);
}

function nodeOf(text: string, network: NetworkName): Parsed<NodeAddress> {
  if (/^\s*[a-z+]+:\/\//i.test(text)) {
    return {
      ok: false,
      problem: 'A node’s address has no http:// or the like before it: write only HOST:PORT.',
    };
  }
  return attempt(() => parseNodeAddress(text, networks[network].port));
}

function attempt<T>(read: () => T): Parsed<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof NodeAddressError || error instanceof BridgeUrlError) {
      return { ok: false, problem: `${error.message} ${error.hint}` };
    }
    throw error;
  }
}

/** `#/connect?node=HOST:PORT&network=NAME`: fills the form, and runs nothing. */
export function formOfLink(query: string): { form: Partial<Form>; problem?: string } {
  const asked = new URLSearchParams(query);
  const node = asked.get('node');
  const name = asked.get('network');
  const network = name !== null && Object.hasOwn(networks, name) ? (name as NetworkName) : undefined;
  const parsed = node === null ? undefined : nodeOf(node, network ?? 'main');
  const problems: string[] = [];
  if (name !== null && network === undefined) {
    problems.push(`This link names a network that does not exist: use ${Object.keys(networks).join(', ')}.`);
  }
  if (parsed?.ok === false) problems.push(`The node in this link cannot be used. ${parsed.problem}`);
  return {
    form: {
      ...((isDemo(node ?? '') && { network: 'regtest' }) || (network && { network })),
      ...(node !== null && parsed?.ok && { node: node.trim() }),
    },
    ...(problems.length > 0 && { problem: problems.join(' ') }),
  };
}
