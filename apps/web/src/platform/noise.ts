export { isNoise, isNoisyPath } from '@sandglass/protocol';
