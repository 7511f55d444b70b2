export { BundleConversations } from './bundleConversations.ts';
export { BundleError, type BundleProblem, isBundleError } from './bundleError.ts';
export { BundleSource } from './bundleSource.ts';
export { type ByteSource, blobBytes, memoryBytes } from './byteSource.ts';
export { BUNDLE_VERSION } from './lift.ts';
export { MIMETYPE as BUNDLE_MIMETYPE } from './names.ts';
export { type BundleContent, writeBundle } from './writeBundle.ts';
