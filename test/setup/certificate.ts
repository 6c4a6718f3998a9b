import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A certificate of its own for localhost and 127.0.0.1, made by openssl into these files. */
export function makeCertificate(cert: string, key: string): void {
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const pair = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', '-subj', '/CN=localhost', '-days', '2', ...names, ...pair], {
    stdio: 'ignore',
  });
}

/** The hash of its public key by which Chromium is told to trust it: base64. */
export function publicKeyHash(cert: string): string {
  const key = new X509Certificate(readFileSync(cert)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Says how to get it, where it is missing. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('tests of TLS are skipped: there is no openssl (Debian: apt-get install openssl)');
    return false;
  }
}
