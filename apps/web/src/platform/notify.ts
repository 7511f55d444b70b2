/** Notifications of the browser; where there are none, nothing happens. */

export const askToNotify = async (): Promise<NotificationPermission> =>
  'Notification' in globalThis ? await Notification.requestPermission() : 'denied';

export interface News {
  readonly title: string;
  readonly body: string;
  /** A newer one with the same tag takes the place of this. */
  readonly tag: string;
  readonly onOpen: () => void;
}

export function notify({ title, body, tag, onOpen }: News): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag, icon: '/icon-attention.svg' });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onOpen();
    };
  } catch {
    // Some phones allow them to service workers only.
  }
}
