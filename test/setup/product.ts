import './processes.js';

/** The product, for tests: it ends with the file at the latest. */
export { listening, root, startProduct, type Product } from './start-product.js';
