/** Events of the log → what rules ask of them. Nothing here is about rules' own events: they match none, so none can set itself off. */
import type { Actor, LogEvent } from '@sandglass/protocol';
import type { EventFacts } from './facts.ts';
import type { EventName } from './syntax.ts';

export interface SeenEvent {
  readonly event: EventName;
  readonly actor: Actor;
  readonly data: EventFacts;
}

/** One for each thing that happened: a burst of file changes is several. */
export function seenEvents(event: LogEvent): SeenEvent[] {
  switch (event.kind) {
    case 'file.changed':
      return event.data.changes.map(({ path, to, kind, actor }) => ({
        event: 'file',
        actor: actor ?? event.actor,
        data: {
          text: to === undefined ? path : `${path}\n${to}`,
          path: to === undefined ? [path] : [path, to],
          change: kind,
        },
      }));
    case 'egress.request': {
      const { host, port, method, path, verdict, status, sentBytes, receivedBytes, durationMs } = event.data;
      const url = `${host}:${port}${path ?? ''}`;
      const data = {
        text: `${method} ${url}`,
        host,
        port,
        method,
        url,
        verdict,
        sent: sentBytes,
        received: receivedBytes,
      };
      return [
        { event: 'request', actor: event.actor, data: { ...data, status: status ?? undefined, duration: durationMs } },
      ];
    }
    case 'terminal.exited': {
      const { terminal, exit } = event.data;
      return [{ event: 'exit', actor: event.actor, data: { text: terminal, exit: exit.code ?? undefined } }];
    }
    case 'sandbox.phase': {
      const { to, reason } = event.data;
      return [{ event: 'phase', actor: event.actor, data: { text: [to, reason].join('\n'), phase: to } }];
    }
    case 'windows.changed': {
      const { windows, active, opened, titled } = event.data;
      const news = new Set([active, ...opened, ...titled.map(({ id }) => id)]);
      return windows
        .filter(({ id }) => news.has(id))
        .map(({ title, application }) => ({
          event: 'window',
          actor: event.actor,
          data: { text: `${title}\n${application}`, title, application },
        }));
    }
    case 'page.opened':
    case 'page.navigated': {
      const { url, title } = event.data;
      const host = hostOf(url);
      const data = { text: `${url}\n${title}`, url, title, ...(host === '' ? {} : { host }) };
      return [{ event: 'page', actor: event.actor, data }];
    }
    case 'checkpoint.created':
      // Those that a rule made are the system's: a rule never matches what rules do.
      return event.actor === 'system'
        ? []
        : [{ event: 'checkpoint', actor: event.actor, data: { text: event.data.name } }];
    default:
      return [];
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** The kinds of the log that can be seen so. */
export const seenKinds = [
  'file.changed',
  'egress.request',
  'terminal.exited',
  'sandbox.phase',
  'checkpoint.created',
  'windows.changed',
  'page.opened',
  'page.navigated',
] as const;
