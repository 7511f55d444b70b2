/** The service worker: it keeps the files of a build, so that the console can be installed and starts at once. */
import { Workbox } from 'workbox-window';
import { newVersion } from './newVersion.ts';

let workbox: Workbox | undefined;

/** Does nothing where browsers allow no workers: on plain HTTP from another machine, and in private windows of some. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  workbox = new Workbox('/worker.js', { scope: '/' });
  // A worker that waits is a build that the server has and this page may not be of.
  workbox.addEventListener('waiting', () => void newVersion.check());
  try {
    await workbox.register();
  } catch {
    // Refused by the browser's settings: the console works without.
    workbox = undefined;
  }
}

/**
 * The person asked for it. What is not saved makes the browser ask first; only when the page really goes does the new worker
 * take over, so that staying keeps the files of the page that stays.
 */
export function reloadToNewVersion(): void {
  window.addEventListener('pagehide', () => workbox?.messageSkipWaiting(), { once: true });
  window.location.reload();
}
