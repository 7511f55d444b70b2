export { createInflateStream } from './inflateStream.ts';
