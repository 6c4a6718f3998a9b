import { useEngine } from '../store/engine.js';
import type { EngineFacts } from '../worker/protocol.js';
import styles from './EngineLine.module.css';

/** What does this page's arithmetic: ciphers, keys and hashes. Under every screen. */
export function EngineLine() {
  const engine = useEngine((state) => state.engine);
  return (
    <footer
      className={styles.line}
      data-testid="engine"
      data-engine={engine?.name}
      data-choice={engine?.choice}
    >
      {engine && (
        <p title={explained(engine)}>
          Engine: <code>{engine.name}</code>
          {said(engine)}
        </p>
      )}
    </footer>
  );
}

function said(engine: EngineFacts): string {
  switch (engine.choice) {
    case 'fastest':
      return '';
    case 'asked':
      return ', as this page’s address asks';
    case 'fallback':
      return ': WebAssembly does not run here';
    case 'unknown':
      return `; there is none called “${engine.asked}”`;
  }
}

const kinds: Readonly<Record<EngineFacts['name'], string>> = {
  wasm: 'WebAssembly with SIMD, from this project’s own source.',
  noble: 'Plain JavaScript: the noble libraries, which are also what the faster engine is checked against.',
};

function explained(engine: EngineFacts): string {
  const kind = `What encrypts, decrypts, agrees on keys and hashes in this tab. ${kinds[engine.name]}`;
  if (engine.choice === 'fallback')
    return `${kind} This browser has no WebAssembly SIMD, or what served the page does not allow it (script-src 'wasm-unsafe-eval').`;
  if (engine.choice === 'unknown') return `${kind} The address can name wasm or noble.`;
  return engine.name === 'noble'
    ? kind
    : `${kind} With ?engine=noble in the address, plain JavaScript does it.`;
}
