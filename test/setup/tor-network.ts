/**
 * A Tor network on this machine alone: five relays, one of them the directory authority, and a client that offers
 * SOCKS5 and an onion service. Everything is the real program. Nothing leaves 127.0.0.1: that is where the client maps
 * the public addresses and names of the tests, and the exits' DNS server is one that does not exist.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, startChild, temporaryFolder } from './processes.js';

export interface TorNetwork {
  /** The client's. */
  readonly socksPort: number;
  /** Its onion service. */
  readonly onion: string;
  readonly client: ChildProcess;
  readonly relays: readonly ChildProcess[];
  /** What the client says of streams, in order. */
  readonly streams: readonly StreamEvent[];
}

/** control-spec, 4.1.2: a stream of a SOCKS client. */
export interface StreamEvent {
  readonly status: string;
  readonly circuit: string;
  /** As it was asked for, or is mapped to: HOST:PORT. */
  readonly target: string;
  readonly user: string | undefined;
}

export interface TorOptions {
  /** Public addresses and names that are this machine. */
  readonly mapped: readonly string[];
  /** Ports of the onion service, and of this machine. */
  readonly onionPorts: Readonly<Record<number, number>>;
}

const RELAYS = 5;

/** Resolves when its descriptors of the onion service are published: about half a minute, nearly all of it waiting. */
export async function startTorNetwork(tor: string, { mapped, onionPorts }: TorOptions): Promise<TorNetwork> {
  const folder = temporaryFolder('tor').path;
  const ports = await freePorts(RELAYS + 3);
  const [socksPort, controlPort, directoryPort] = ports.splice(RELAYS) as [number, number, number];
  const write = (name: string, lines: readonly string[]) => {
    fs.mkdirSync(path.join(folder, name), { mode: 0o700 });
    const common = ['TestingTorNetwork 1', `DataDirectory ${folder}/${name}`, 'Log notice stdout'];
    const more = ['ShutdownWaitLength 0', 'SafeLogging 0', 'GeoIPFile /dev/null', 'GeoIPv6File /dev/null'];
    fs.writeFileSync(path.join(folder, `${name}.rc`), [...common, ...more, ...lines].join('\n'));
  };
  fs.writeFileSync(path.join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  const relay = (port: number) => [
    ...[`ORPort 127.0.0.1:${port}`, 'Address 127.0.0.1', 'AssumeReachable 1', 'SocksPort 0'],
    ...['ExitRelay 1', 'ExitPolicy accept *:*', 'ServerDNSAllowBrokenConfig 1'],
    `ServerDNSResolvConfFile ${folder}/resolv.conf`,
  ];
  const authority = [
    ...['AuthoritativeDirectory 1', 'V3AuthoritativeDirectory 1', 'ContactInfo test@peerglass.example'],
    `DirPort 127.0.0.1:${directoryPort}`,
    ...['Exit', 'HSDir', 'Guard'].map((flag) => `TestingDirAuthVote${flag} *`),
    ...['TestingMinExitFlagThreshold 0', 'V3AuthNIntervalsValid 2'],
    // Seconds: a consensus as soon as Tor allows it.
    ...['TestingV3AuthInitialVotingInterval 5', 'V3AuthVotingInterval 10'],
    ...['TestingV3AuthInitialVoteDelay 2', 'TestingV3AuthInitialDistDelay 2'],
    ...['V3AuthVoteDelay 2', 'V3AuthDistDelay 2'],
  ];
  for (const [i, port] of ports.entries()) {
    write(`relay${i}`, [`Nickname relay${i}`, ...relay(port), ...(i === 0 ? authority : [])]);
  }
  const onionFolder = path.join(folder, 'onion');
  write('client', [
    `SocksPort 127.0.0.1:${socksPort} ExtendedErrors`,
    `ControlPort 127.0.0.1:${controlPort}`,
    'SocksTimeout 8',
    // Meant for years of use: here it asks for more relays than there are.
    'VanguardsLiteEnabled 0',
    ...mapped.map((host) => `MapAddress ${host} 127.0.0.1`),
    `HiddenServiceDir ${onionFolder}`,
    ...Object.entries(onionPorts).map(([port, here]) => `HiddenServicePort ${port} 127.0.0.1:${here}`),
  ]);

  const line = authorityLine(tor, folder, { orPort: ports[0]!, directoryPort });
  const run = (name: string) => {
    const file = path.join(folder, `${name}.rc`);
    fs.appendFileSync(file, `\n${line}\n`);
    const child = startChild(tor, ['-f', file, '--hush']);
    child.stdout.resume();
    child.stderr.resume();
    return child;
  };
  const relays = ports.map((_, i) => run(`relay${i}`));
  await consensusOfAll(path.join(folder, 'relay0/cached-microdesc-consensus'));
  const client = run('client');
  const streams: StreamEvent[] = [];
  await onionPublished(controlPort, (event) => streams.push(event));
  const onion = fs.readFileSync(path.join(onionFolder, 'hostname'), 'utf8').trim();
  return { socksPort, onion, client, relays, streams };
}

/** The line by which everyone knows the authority, whose keys are made here. */
function authorityLine(
  tor: string,
  folder: string,
  { orPort, directoryPort }: { orPort: number; directoryPort: number },
): string {
  const keys = path.join(folder, 'relay0/keys');
  fs.mkdirSync(keys, { mode: 0o700 });
  const certify = ['--create-identity-key', '--passphrase-fd', '0', '-m', '1'];
  execFileSync('tor-gencert', [...certify, '-a', `127.0.0.1:${directoryPort}`], {
    cwd: keys,
    input: 'no secret\n',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const certificate = fs.readFileSync(path.join(keys, 'authority_certificate'), 'utf8');
  const identity = /^fingerprint (\w+)$/m.exec(certificate)![1]!;
  const asAuthority = (fingerprint: string) =>
    `relay0 orport=${orPort} v3ident=${identity} 127.0.0.1:${directoryPort} ${fingerprint}`;
  const args = ['-f', path.join(folder, 'relay0.rc'), '--DirAuthority', asAuthority('0'.repeat(40))];
  const listed = execFileSync(tor, [...args, '--list-fingerprint', '--quiet'], { encoding: 'utf8' });
  const fingerprint = listed.trim().split('\n').at(-1)!.replace(/^\S+/, '').replaceAll(' ', '');
  return `DirAuthority ${asAuthority(fingerprint)}`;
}

async function consensusOfAll(file: string): Promise<void> {
  const known = () => {
    if (!fs.existsSync(file)) return 0;
    return fs.readFileSync(file, 'utf8').match(/^s .*\bExit\b.*\bHSDir\b.*$/gm)?.length ?? 0;
  };
  while (known() < RELAYS) await sleep(100);
}

/** Through its control port; what it says of streams is handed on from then on. */
async function onionPublished(port: number, onStream: (event: StreamEvent) => void): Promise<void> {
  const control = await connected(port);
  control.write('AUTHENTICATE\r\nSETEVENTS STREAM HS_DESC\r\n');
  let text = '';
  const uploads = { begun: 0, done: 0 };
  await new Promise<void>((resolve) => {
    control.on('data', (data) => {
      const lines = `${text}${data.toString()}`.split('\r\n');
      text = lines.pop()!;
      for (const line of lines) {
        const [, kind, id, status = '', circuit = '', target = ''] = line.split(' ');
        if (kind === 'STREAM' && id !== undefined) {
          onStream({ status, circuit: circuit, target, user: /SOCKS_USERNAME="([^"]*)"/.exec(line)?.[1] });
        }
        if (kind !== 'HS_DESC') continue;
        if (id === 'UPLOAD') uploads.begun += 1;
        if (id === 'UPLOADED') uploads.done += 1;
        if (uploads.done > 0 && uploads.done === uploads.begun) resolve();
      }
    });
  });
}

async function connected(port: number) {
  for (;;) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const opened = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (await opened) return socket;
    await sleep(50);
  }
}
