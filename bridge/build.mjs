// @ts-check
/**
 * Builds what is stale, and only that, inside this process: `node bridge/build.mjs [PART …]`, or `build()`.
 *
 * A part is fresh when its stamp matches the content of its inputs and of its outputs, so that neither a
 * checkout, nor an edited or missing output, nor a build by another tool can pass for fresh.
 *
 * Two processes may build at once: each writes under names of its own and renames into place.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { compileEngine } from './build-engine.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
const stamps = path.join(dist, '.stamps');

/** An error of the sources or the set-up: its message is all that a person needs. */
export class BuildError extends Error {}

/**
 * @typedef {object} Part
 * @property {string} name for people
 * @property {string[]} inputs files and folders that decide what is built
 * @property {string[]} outputs files and folders that belong to this part alone
 * @property {() => Promise<void>} build
 */

/** @type {Part[]} */
const parts = [
  {
    name: 'engine',
    inputs: ['shared/engine/wasm/assembly', 'bridge/build-engine.mjs', 'package-lock.json'],
    outputs: ['shared/engine/wasm/module.ts'],
    build: buildEngine,
  },
  {
    name: 'bridge',
    inputs: ['shared', 'bridge', 'tsconfig.base.json', 'package-lock.json'],
    outputs: ['dist/shared', 'dist/bridge'],
    build: buildNode,
  },
  {
    name: 'page',
    inputs: [
      'shared',
      'web',
      'bridge/build.mjs',
      'vite.config.ts',
      'package.json',
      'tsconfig.json',
      'tsconfig.base.json',
      'package-lock.json',
    ],
    outputs: ['dist/web'],
    build: buildPage,
  },
];

/**
 * @param {(name: string) => void} [starting] called with the name of each part that is stale, before it is built
 * @param {readonly string[]} [names] the parts to look at: all of them, in order, as later ones need the earlier
 * @returns {Promise<string[]>} the names of the parts that were built
 */
export async function build(starting = () => undefined, names = parts.map(({ name }) => name)) {
  const built = [];
  for (const part of parts.filter(({ name }) => names.includes(name))) {
    const inputs = hashOf(part.inputs.map((input) => path.join(root, input)));
    const stamp = path.join(stamps, `${part.name}.json`);
    if (isFresh(part, stamp, inputs)) continue;
    starting(part.name);
    await part.build();
    replaceFile(stamp, JSON.stringify({ inputs, outputs: hashOfOutputs(part) }));
    built.push(part.name);
  }
  return built;
}

/**
 * @param {Part} part
 * @param {string} stamp
 * @param {string} inputs
 */
function isFresh(part, stamp, inputs) {
  if (!fs.existsSync(stamp)) return false;
  try {
    const made = JSON.parse(fs.readFileSync(stamp, 'utf8'));
    return made.inputs === inputs && made.outputs === hashOfOutputs(part);
  } catch {
    return false; // a stamp that cannot be read vouches for nothing
  }
}

/** The compiled engine, into the sources that import it. */
async function buildEngine() {
  try {
    replaceFile(path.join(root, 'shared/engine/wasm/module.ts'), await compileEngine(root));
  } catch (error) {
    if (isMissingDependency(error)) throw error;
    throw new BuildError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The Node side, as `tsc -b bridge` builds it: dist/shared and dist/bridge, with types. */
async function buildNode() {
  const { default: ts } = await import('typescript');
  /** @type {import('typescript').Diagnostic[]} */
  const errors = [];
  const written = new Set();
  const system = {
    ...ts.sys,
    writeFile: (/** @type {string} */ file, /** @type {string} */ text) => {
      written.add(path.resolve(file));
      replaceFile(file, text);
    },
  };
  const host = ts.createSolutionBuilderHost(system, undefined, (error) => errors.push(error));
  // force: the stamp said stale, and the compiler's own bookkeeping cannot see outputs that others changed.
  const status = ts.createSolutionBuilder(host, [path.join(root, 'bridge')], { force: true }).build();
  if (errors.length > 0 || status !== ts.ExitStatus.Success) {
    const text = ts.formatDiagnostics(errors, {
      getCanonicalFileName: (file) => file,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    });
    throw new BuildError(text.trimEnd());
  }
  for (const file of [...filesUnder(path.join(dist, 'shared')), ...filesUnder(path.join(dist, 'bridge'))]) {
    if (!written.has(file) && !isBeingWritten(file)) fs.rmSync(file, { force: true });
  }
}

/** What goes last, in this order: whoever reads one of these finds everything that it names. */
const lastFiles = ['index.html', 'service-worker.js'];

/** The page, into dist/web: assets first (their names carry their hash), then what names them, then the old ones go. */
async function buildPage() {
  const vite = await import('vite');
  const target = path.join(dist, 'web');
  removeLeftovers();
  const fresh = path.join(dist, `.web-${process.pid}`);
  const mode = process.env.NODE_ENV;
  // Whatever calls: under a test runner's 'test' the page would get React's development build.
  process.env.NODE_ENV = 'production';
  try {
    await vite.build({
      configFile: path.join(root, 'vite.config.ts'),
      // Runs the configuration without writing a compiled copy of it anywhere.
      configLoader: 'runner',
      logLevel: 'error',
      build: { outDir: fresh, emptyOutDir: true },
    });
    const files = filesUnder(fresh).map((file) => path.relative(fresh, file));
    files.sort((a, b) => lastFiles.indexOf(a) - lastFiles.indexOf(b));
    for (const file of files) {
      fs.mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
      fs.renameSync(path.join(fresh, file), path.join(target, file));
    }
    const wanted = new Set(files);
    for (const file of filesUnder(target)) {
      if (!wanted.has(path.relative(target, file))) fs.rmSync(file, { force: true });
    }
  } catch (error) {
    if (isMissingDependency(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new BuildError(stripVTControlCharacters(message).trim(), { cause: error });
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
    // What runs in this process next must not depend on whether the page was stale.
    if (mode === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = mode;
  }
}

/** What builds that were killed left behind. */
function removeLeftovers() {
  for (const entry of fs.existsSync(dist) ? fs.readdirSync(dist) : []) {
    const pid = /^\.web-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      fs.rmSync(path.join(dist, entry), { recursive: true, force: true });
    }
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Replaces a file in one step: a reader sees the old content or the new.
 * @param {string} file
 * @param {string} text
 */
function replaceFile(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}

/** @param {string} file */
function isBeingWritten(file) {
  const pid = /\.(\d+)\.tmp$/.exec(file)?.[1];
  return pid !== undefined && isRunning(Number(pid));
}

/**
 * What the part's folders hold. The compiler's own bookkeeping does not count: other runs of it rewrite that. Nor does
 * what another build is about to rename.
 * @param {Part} part
 */
function hashOfOutputs(part) {
  return hashOf(
    part.outputs.map((output) => path.join(root, output)),
    (file) => !file.endsWith('.tsbuildinfo') && !isBeingWritten(file),
  );
}

/**
 * @param {string[]} places files and folders
 * @param {(file: string) => boolean} [counts]
 */
function hashOf(places, counts = () => true) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesUnder).filter(counts)) {
    const content = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    hash.update(`${path.relative(root, file)}\0${content}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} place a file, a folder, or nothing at all
 * @returns {string[]} absolute paths in a fixed order
 */
function filesUnder(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [place];
  return fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** @param {unknown} error */
export function isMissingDependency(error) {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

/**
 * Builds for a person: one quiet line on stderr for each stale part, and an error's text instead of a stack.
 * @param {readonly string[]} [names] of the parts, without it all
 * @returns {Promise<boolean>} whether everything is fresh now
 */
export async function buildAloud(names) {
  try {
    await build((name) => console.error(`Peerglass: building the ${name} …`), names);
    return true;
  } catch (error) {
    if (isMissingDependency(error)) {
      console.error('Peerglass: dependencies are missing; run `npm ci` first.');
    } else if (error instanceof BuildError) {
      console.error(`${error.message}\nPeerglass: the build failed; see the error above.`);
    } else {
      throw error;
    }
    return false;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown === undefined) {
    process.exitCode = (await buildAloud(names.length > 0 ? names : undefined)) ? 0 : 1;
  } else {
    console.error(`Peerglass: there is no part ${JSON.stringify(unknown)} to build.`);
    process.exitCode = 2;
  }
}
