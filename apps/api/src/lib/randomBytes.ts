/** Random bytes for ids, drawn from the system some hundreds at a time: each call of its own costs as much as the rest of an id. */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;

let pool = new Uint8Array(0);
let used = 0;

/** Nobody gets the same ones twice. */
export function pooledRandomBytes(count: number): Uint8Array {
  if (count > pool.length - used) {
    // A new one: what was given out is a part of the one before.
    pool = randomFillSync(new Uint8Array(Math.max(POOL_BYTES, count)));
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
