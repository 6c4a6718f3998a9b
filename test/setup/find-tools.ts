import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A program that some tests need, or why they are skipped and how to get it. */
export type Tool = { readonly path: string } | { readonly missing: string };

const root = path.resolve(import.meta.dirname, '../..');
const installKnots = path.join(root, 'test/node/install-knots.sh');
const knots = path.join(root, 'test/.cache/knots');

/** With CI=true nothing is skipped: what is missing is installed, or the run fails. */
const mustHave = process.env['CI'] === 'true';

export function findBitcoind(): Tool {
  const found =
    fromEnvironment('PEERGLASS_BITCOIND') ??
    fromPath(['bitcoind']) ??
    runnable(path.join(knots, 'bin/bitcoind'));
  if (found !== undefined) return { path: found };
  if (mustHave) {
    run(installKnots, [knots]);
    return { path: path.join(knots, 'bin/bitcoind') };
  }
  return {
    missing:
      'tests with a real Bitcoin node are skipped: there is no bitcoind. Name one with PEERGLASS_BITCOIND, ' +
      'put one on PATH, or (Debian) run test/node/install-knots.sh test/.cache/knots',
  };
}

export function findChromium(): Tool {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const found = fromEnvironment('PEERGLASS_CHROMIUM') ?? fromPath(names);
  if (found !== undefined) return { path: found };
  if (mustHave) return { path: installFromDebian('chromium') };
  return {
    missing:
      'tests with a real browser are skipped: there is no Chromium. Name one with PEERGLASS_CHROMIUM, ' +
      'or put one on PATH (Debian: apt-get install chromium)',
  };
}

export function findTshark(): Tool {
  const found = fromEnvironment('PEERGLASS_TSHARK') ?? fromPath(['tshark']);
  if (found !== undefined) return { path: found };
  if (mustHave) return { path: installFromDebian('tshark') };
  return {
    missing:
      'tests with a real Wireshark are skipped: there is no tshark. Name one with PEERGLASS_TSHARK, ' +
      'or put one on PATH (Debian: apt-get install tshark)',
  };
}

export function findFirefox(): Tool {
  const found = fromEnvironment('PEERGLASS_FIREFOX') ?? fromPath(['firefox-esr', 'firefox']);
  if (found !== undefined) return { path: found };
  if (mustHave) return { path: installFromDebian('firefox-esr') };
  return {
    missing:
      'tests in Firefox are skipped: there is none. Name one with PEERGLASS_FIREFOX, ' +
      'or put one on PATH (Debian: apt-get install firefox-esr)',
  };
}

/** Servers that stand around a bridge in public, by their names in Debian. */
export function findServer(name: 'redis-server' | 'haproxy' | 'nginx' | 'tor'): Tool {
  const variable = `PEERGLASS_${name.toUpperCase().replace('-', '_')}`;
  const found = fromEnvironment(variable) ?? fromPath([name]) ?? runnable(`/usr/sbin/${name}`);
  if (found !== undefined) return { path: found };
  if (mustHave) return { path: installFromDebian(name, ['/usr/sbin', '/usr/bin']) };
  return {
    missing:
      `tests with a real ${name} are skipped: there is none. Name one with ${variable}, ` +
      `or put one on PATH (Debian: apt-get install ${name})`,
  };
}

/** The folder of the published test vectors, which stands beside the project on some machines only. */
export function findPublishedVectors(): Tool {
  const folder = path.resolve(root, '../shared/vectors');
  if (fs.existsSync(folder)) return { path: folder };
  return {
    missing: 'published test vectors are skipped: there is no folder ../shared/vectors beside the project',
  };
}

function fromEnvironment(name: string): string | undefined {
  const named = process.env[name];
  if (named === undefined || named === '') return undefined;
  const found = runnable(path.resolve(named));
  if (found === undefined) throw new Error(`${name} names ${named}, which does not run`);
  return found;
}

function fromPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of folders) {
      const found = runnable(path.join(folder, name));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function runnable(file: string): string | undefined {
  if (!fs.existsSync(file)) return undefined;
  return ['--version', '-v'].some((flag) => spawnSync(file, [flag], { stdio: 'ignore' }).status === 0)
    ? file
    : undefined;
}

function installFromDebian(name: string, folders: readonly string[] = []): string {
  run('apt-get', ['update']);
  run('apt-get', ['install', '-y', name]);
  const places = folders.map((folder) => runnable(path.join(folder, name)));
  const installed = fromPath([name]) ?? places.find((place) => place !== undefined);
  if (installed === undefined) throw new Error(`${name} was installed, but does not run`);
  return installed;
}

function run(command: string, args: readonly string[]): void {
  console.log(`test/setup: ${path.basename(command)} ${args.join(' ')}`);
  execFileSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
