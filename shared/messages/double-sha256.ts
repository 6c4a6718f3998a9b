export { doubleSha256 } from '../hashes.js';
