/** Plain HTTP: the small API and the page. */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { networks } from '../shared/networks.js';
import { formatNodeAddress } from '../shared/tunnel/address.js';
import { TUNNEL_PATH } from '../shared/tunnel/url.js';
import { DEFAULT_PORTS } from './allow.js';
import { type BridgeConfig } from './config.js';
import { type DemoNode } from './demo-node/index.js';
import { misbehaviours } from './demo-node/misbehaviour/index.js';
import { isAmbiguous, sendError, sendJson, splitTarget } from './http.js';
import { limitsOf } from './limits/settings.js';
import { answerOps, type Ops } from './ops.js';
import { type Seeds } from './seeds.js';
import { hostnameOf } from './self.js';
import { sendStatic, type StaticFiles } from './static.js';

export interface AnswerOptions {
  readonly config: BridgeConfig;
  readonly version: string;
  readonly demoNode: DemoNode | undefined;
  readonly hostnames: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  readonly files: StaticFiles;
  readonly seeds: Seeds;
  readonly ops: Ops;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `GET` and `HEAD` only, and but for what operators ask only under the bridge's own names. */
export function answerer(options: AnswerOptions): Answer {
  const { hostnames, origins, files, seeds, ops, config } = options;
  return async (request, response) => {
    const { path, query } = splitTarget(request);
    const { origin, host = '' } = request.headers;
    if (origin !== undefined && origins.has(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin).setHeader('Vary', 'Origin');
    }
    if (isAmbiguous(request)) {
      const hint = 'Send each header field once, and a plain path.';
      return sendError(response, 400, {
        code: 'bad-request',
        message: 'The request can be read in two ways.',
        hint,
      });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return sendError(response, 405, {
        code: 'bad-method',
        message: 'Only GET and HEAD.',
        hint: 'Send a GET.',
      });
    }
    if (answerOps(path, response, ops, config.metrics)) return;
    if (!hostnames.has(hostnameOf(host))) {
      const hint = 'If the bridge is yours, start it with: npm start -- --public-url URL';
      return sendError(response, 403, {
        code: 'host-refused',
        message: 'This bridge has another name.',
        hint,
      });
    }
    switch (path) {
      case '/v1/info':
        return sendJson(response, 200, info(options));
      case '/v1/seeds':
        return sendSeeds(response, query, seeds);
      case TUNNEL_PATH: {
        response.setHeader('Upgrade', 'websocket');
        const hint = 'Open it as a WebSocket.';
        return sendError(response, 426, {
          code: 'upgrade-required',
          message: 'A tunnel is a WebSocket.',
          hint,
        });
      }
      default:
        return sendStatic(files, path, request, response);
    }
  };
}

function info({ config, version, demoNode }: AnswerOptions) {
  const { tunnels, windows } = limitsOf(config);
  return {
    name: 'peerglass',
    version,
    // What the demo node computes with: tunnels carry ciphertext, and the bridge itself computes nothing.
    engine: demoNode?.engine ?? null,
    allows: {
      publicPorts: DEFAULT_PORTS,
      destinations: config.allow.map((rule) => rule.text),
      onionAndI2p: config.socks5 !== undefined,
    },
    accessKey: config['access-key'] !== undefined || config['access-key-file'] !== undefined,
    limits: {
      tunnels: tunnels.total,
      tunnelsPerClient: tunnels.perClient,
      opensPerMinute: windows.opens ?? null,
      destinationsPerHour: windows.destinations ?? null,
      failuresPerHour: windows.failures ?? null,
      bytesPerDay: windows.bytes ?? null,
      bytesPerSecond: windows.bandwidth ?? null,
      connectTimeoutMs: config['connect-timeout'],
      proxyTimeoutMs: config.socks5 === undefined ? null : config['socks5-timeout'],
      firstByteTimeoutMs: config['first-byte-timeout'],
      idleTimeoutMs: config['idle-timeout'],
      stallTimeoutMs: config['stall-timeout'],
    },
    demoNode:
      demoNode === undefined
        ? null
        : {
            address: formatNodeAddress(demoNode),
            height: demoNode.height,
            misbehaviours: misbehaviours.map(({ name, title, phase, effect }) => ({
              name,
              title,
              phase,
              effect,
            })),
          },
  };
}

async function sendSeeds(response: ServerResponse, query: URLSearchParams, seeds: Seeds): Promise<void> {
  const asked = query.get('network') ?? 'main';
  const network = Object.values(networks).find(({ name }) => name === asked);
  if (network === undefined) {
    const hint = `Ask for ${Object.keys(networks).join(', ')}.`;
    return sendError(response, 400, { code: 'unknown-network', message: 'There is no such network.', hint });
  }
  const list = await seeds.list(network);
  if (list.seeds.length > 0 && list.seeds.every((seed) => 'error' in seed)) {
    const hint = 'Check the bridge’s DNS, or type a node’s address.';
    return sendError(response, 503, { code: 'seeds-unresolvable', message: 'No DNS seed answers.', hint });
  }
  sendJson(response, 200, list);
}
