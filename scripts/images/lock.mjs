/** One builder at a time per pool: a lock file holding the pid of its owner, void once that process is gone. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

const retryMs = 300;

/** Waits until no other living process holds it. @param {string} path @returns {Promise<{ release(): void }>} */
export async function holdLock(path) {
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderLives(path)) rmSync(path, { force: true });
      else await after(retryMs);
    }
  }
}

function holderLives(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Empty: its owner is between creating and writing.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
