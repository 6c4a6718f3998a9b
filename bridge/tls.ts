import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** PEM texts, as Node's servers take them. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/**
 * Certificate and key, if they belong together.
 * @throws {Error} whose message names the flag and the file, never what is in it
 */
export function readTls(certFile: string, keyFile: string): TlsFiles {
  const read = (flag: string, file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
      throw new Error(`--${flag} ${JSON.stringify(file)}: ${code}`, { cause: error });
    }
  };
  const files = { cert: read('tls-cert', certFile), key: read('tls-key', keyFile) };
  try {
    createSecureContext(files);
  } catch (error) {
    const { code = 'no PEM' } = error as NodeJS.ErrnoException;
    throw new Error(
      `--tls-cert ${JSON.stringify(certFile)} and --tls-key ${JSON.stringify(keyFile)}: no certificate with its key (${code})`,
      { cause: error },
    );
  }
  return files;
}
