/**
 * One builder at a time per pool: a lock file that names the process which holds it, void once that process is gone. It appears with
 * its words in it, so that no reader ever finds it empty, and the start time tells the holder from a later process of the same pid.
 */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

const retryMs = 300;
/** A lock that names nobody was made by an older version, which wrote its pid right after: so long after, its maker is dead. */
const namelessForMs = 10_000;

/** Waits until no other living process holds it. @param {string} path @returns {Promise<{ release(): void }>} */
export async function holdLock(path) {
  while (!take(path)) {
    if (!holderLives(path)) rmSync(path, { force: true });
    else await after(retryMs);
  }
  return { release: () => rmSync(path, { force: true }) };
}

/** @param {string} path @returns {boolean} false when it is held. */
function take(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startTime(process.pid)}`);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    // At once, not when it is our turn: who is killed while waiting would leave it.
    rmSync(own, { force: true });
  }
}

/** @param {string} path @returns {boolean} */
function holderLives(path) {
  try {
    const [pid, started] = readFileSync(path, 'utf8').split(' ');
    if (!Number(pid)) return Date.now() - statSync(path).mtimeMs < namelessForMs;
    const now = startTime(pid);
    return now !== undefined && (started === undefined || started === now);
  } catch {
    // Released meanwhile.
    return false;
  }
}

/** In clock ticks since the machine started; undefined when there is no such process. @param {number | string} pid */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
