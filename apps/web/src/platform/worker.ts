/** The service worker: it keeps the files of a build, so that the console can be installed and starts at once. */
import { Workbox } from 'workbox-window';
import { newVersion, onReload } from './newVersion.ts';

let workbox: Workbox | undefined;

/** Does nothing where browsers allow no workers: on plain HTTP from another machine, and in private windows of some. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  workbox = new Workbox('/worker.js', { scope: '/' });
  // A worker that waits is a build that the server has and this page may not be of.
  workbox.addEventListener('waiting', () => void newVersion.check());
  onReload(() => workbox?.messageSkipWaiting());
  try {
    await workbox.register();
  } catch {
    // Refused by the browser's settings: the console works without.
    workbox = undefined;
  }
}
