import path from 'node:path';
import { describeWithPublishedVectors } from '../setup/tools.js';
import { testEllswiftDecode, testPacketEncoding, testXswiftecInv } from './vector-tables.js';

describeWithPublishedVectors("BIP324's published test vectors", (folder) => {
  testEllswiftDecode(path.join(folder, 'bip324_ellswift_decode_test_vectors.csv'), 76);
  testXswiftecInv(path.join(folder, 'bip324_xswiftec_inv_test_vectors.csv'), 32);
  testPacketEncoding(path.join(folder, 'bip324_packet_encoding_test_vectors.csv'), 7);
});
