/** Who is measured: each started with one node behind it, and stopped at the end. */
import { tunnelPath, type Via } from '../link.js';
import { MIB } from '../numbers.js';
import {
  cpuSeconds,
  freshPort,
  type Part,
  startBridgeProcess,
  startNode,
  startProxy,
  startWebsockify,
  stop,
} from '../processes.js';

export interface Subject {
  readonly name: string;
  readonly via: Via;
  /** Undefined for the straight connection. */
  readonly part: Part | undefined;
}

export const PLAIN = 'peerglass';
export const BASELINE = 'node tcp proxy';

export async function startSubjects(): Promise<{
  subjects: Subject[];
  notes: string[];
  end: () => Promise<void>;
}> {
  const node = await startNode();
  const bridge = await startBridgeProcess(node);
  const proxy = await startProxy(node.port);
  const websockify = await startWebsockify(node, await freshPort());
  const path = tunnelPath(node.port);
  const subjects: Subject[] = [
    { name: 'straight', via: { port: node.port }, part: undefined },
    { name: BASELINE, via: { port: proxy.port }, part: proxy },
    { name: PLAIN, via: { port: bridge.port, path }, part: bridge },
    {
      name: 'peerglass, credits',
      via: { port: bridge.port, path, protocol: 'peerglass.v1', window: MIB },
      part: bridge,
    },
  ];
  const notes: string[] = [];
  if (websockify === undefined)
    notes.push('websockify is not installed (apt-get install websockify): left out.');
  else
    subjects.push({
      name: 'websockify',
      via: { port: websockify.port, path: '/', protocol: 'binary' },
      part: websockify,
    });
  const parts = [bridge, proxy, ...(websockify === undefined ? [] : [websockify]), node];
  return {
    subjects,
    notes,
    end: async () => {
      for (const part of parts) await stop(part, part === websockify ? 'SIGTERM' : 'SIGKILL');
    },
  };
}

export const cpuOf = ({ part }: Subject): number => (part === undefined ? NaN : cpuSeconds(part.pid));
