// @ts-check
/**
 * Compiles shared/engine/wasm/assembly (AssemblyScript) and writes it, as base64 in a TypeScript module, where the
 * engine imports it: nothing is fetched when it is loaded. The same sources give the same bytes.
 */
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} root the project's
 * @returns {Promise<string>} the text of shared/engine/wasm/module.ts
 * @throws {Error} with the compiler's own words
 */
export async function compileEngine(root) {
  const { default: asc } = await import('assemblyscript/asc');
  const folder = path.join(root, 'shared/engine/wasm/assembly');
  /** @type {Uint8Array | undefined} */
  let wasm;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '--outFile',
      'engine.wasm',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '-O3',
      '--converge',
      '--noAssert',
      '--use',
      'abort=',
    ],
    {
      readFile: (name, base) => {
        const file = path.resolve(folder, base, name);
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      },
      writeFile: (name, contents) => {
        if (name === 'engine.wasm') wasm = /** @type {Uint8Array} */ (contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) {
    throw new Error(`AssemblyScript: ${stderr.toString().trim() || String(error)}`);
  }
  const base64 = Buffer.from(wasm).toString('base64');
  return `/** Built by bridge/build-engine.mjs from assembly/; not kept in git. */\nexport const moduleBase64 =\n  '${base64}';\n`;
}
