/** What `peerglass` does from its first flag to its last signal; main.ts connects it to the process. */
import { type BridgeConfig, helpText, parseCommandLine } from './config.js';
import { startDemoNode } from './demo-node/index.js';
import { startBridge } from './server.js';
import { packageVersion } from './version.js';

export interface Surroundings {
  readonly args: readonly string[];
  /** The folder of the built page. */
  readonly pageRoot: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Calls back at every SIGTERM and SIGINT. */
  readonly onSignal: (listener: () => void) => void;
  readonly exit: (code: number) => void;
}

/** Resolves once it listens, or once there is nothing more to do. */
export async function runProgram(surroundings: Surroundings): Promise<void> {
  const { args, print, complain, exit } = surroundings;
  const commandLine = parseCommandLine(args);
  switch (commandLine.kind) {
    case 'help':
      return print(helpText());
    case 'version':
      return print(packageVersion());
    case 'error':
      complain(`${commandLine.message}\nnpm start -- --help lists the flags.`);
      return exit(2);
    case 'run':
      try {
        await serve(commandLine.config, surroundings);
      } catch (error) {
        complain(startError(error as NodeJS.ErrnoException, commandLine.config));
        exit(1);
      }
  }
}

async function serve(config: BridgeConfig, { pageRoot, print, onSignal, exit }: Surroundings): Promise<void> {
  const demoNode = config['no-demo'] ? undefined : await startDemoNode();
  const bridge = await startBridge(config, { version: packageVersion(), pageRoot, demoNode }).catch(
    async (error: unknown) => {
      await demoNode?.close();
      throw error;
    },
  );
  let stopping = false;
  onSignal(() => {
    if (stopping) return exit(0);
    stopping = true;
    void bridge
      .close()
      .then(() => demoNode?.close())
      .finally(() => exit(0));
  });
  print(`Peerglass  ${bridge.url}`);
}

/** One line for a person. */
function startError(error: NodeJS.ErrnoException, { host, port }: BridgeConfig): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken: end the other program, or choose a free port with --port 0.`;
    case 'EACCES':
      return `Port ${port} of ${host} may not be used by this user: choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
      return `This machine does not have the address ${host}: choose another with --host.`;
    default:
      return `Peerglass could not start: ${error.message}`;
  }
}
