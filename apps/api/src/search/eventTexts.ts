import type { LogEvent } from '@sandglass/protocol';
import type { Text } from './searchIndex.ts';

/** More of one event is not looked through: a file that was written is not a sentence. */
const MAX_CHARACTERS = 16_384;

/** What of an event can be found by its words. */
export function textsOf(event: LogEvent): Text[] {
  const { seq, atUs, wallMs } = event;
  return wordsOf(event)
    .filter(({ text }) => text.trim() !== '')
    .map(({ source, place = null, text }) => ({
      seq,
      atUs,
      wallMs,
      source,
      place,
      text: text.slice(0, MAX_CHARACTERS),
    }));
}

function wordsOf(event: LogEvent): { source: Text['source']; place?: string; text: string }[] {
  switch (event.kind) {
    case 'call.asked': {
      const { call, name, summary, arguments: given } = event.data;
      return [{ source: 'call', place: call, text: together([summary, name, ...strings(given)]) }];
    }
    case 'call.ended': {
      const { call, summary, result, error } = event.data;
      const said = error ? [error.code, error.message] : [];
      return [{ source: 'call', place: call, text: together([summary, ...said, ...strings(result)]) }];
    }
    case 'file.changed':
      return [
        { source: 'file', text: event.data.changes.map(({ path, to }) => (to ? `${path} → ${to}` : path)).join('\n') },
      ];
    case 'egress.request': {
      const { method, host, port, path, verdict } = event.data;
      return [{ source: 'network', text: `${method} ${host}:${port}${path ?? ''} ${verdict}` }];
    }
    case 'windows.changed':
      return windowTexts(event.data);
    case 'page.opened':
    case 'page.navigated':
      return [{ source: 'page', place: event.data.page, text: together([event.data.title, event.data.url]) }];
    case 'page.logged':
      return [{ source: 'page', place: event.data.page, text: event.data.text }];
    case 'page.dialog':
      return event.data.state === 'opened'
        ? [{ source: 'page', place: event.data.page, text: event.data.message }]
        : [];
    case 'page.download':
      return event.data.state === 'started'
        ? [
            {
              source: 'page',
              ...(event.data.page === null ? {} : { place: event.data.page }),
              text: together([event.data.name, event.data.url]),
            },
          ]
        : [];
    case 'page.requested': {
      const { page, method, url, status, error } = event.data;
      // What went well is found by the pages that asked for it.
      if (error === null && (status ?? 0) < 400) return [];
      return [{ source: 'page', place: page, text: `${method} ${url} ${error ?? status}` }];
    }
    case 'terminal.opened':
    case 'terminal.renamed':
      return [{ source: 'event', place: event.data.terminal, text: event.data.name }];
    case 'call.held': {
      const { call, reason } = event.data;
      return 'rule' in reason ? [{ source: 'call', place: call, text: reason.rule.name }] : [];
    }
    case 'call.decided': {
      const { call, reason, arguments: given, result } = event.data;
      return [{ source: 'call', place: call, text: together([reason ?? '', ...strings(given), ...strings(result)]) }];
    }
    case 'control.changed':
      return [{ source: 'event', text: together([event.data.reason ?? '', event.data.note ?? '']) }];
    case 'control.requested':
      return [{ source: 'event', text: event.data.reason ?? '' }];
    case 'question.asked':
      return [{ source: 'call', place: event.data.call, text: together(strings(event.data.question)) }];
    case 'question.answered':
      return [{ source: 'call', place: event.data.call, text: together(strings(event.data.answer)) }];
    case 'message.sent':
      return [{ source: 'event', text: event.data.text }];
    case 'environment.changed':
      return [{ source: 'event', text: strings(event.data.changes).join('\n') }];
    case 'egress.changed':
      return [{ source: 'event', text: strings(event.data.to).join('\n') }];
    case 'sandbox.created':
    case 'checkpoint.created':
      return [{ source: 'event', text: event.data.name }];
    case 'agent.said':
      return [{ source: 'event', text: event.data.text }];
    case 'sandbox.phase':
      return [{ source: 'event', text: event.data.reason ?? '' }];
    case 'run.started':
      return [{ source: 'event', place: event.data.run, text: `${event.data.goal}\n${event.data.agent}` }];
    case 'run.budgeted':
      return [{ source: 'event', place: event.data.run, text: event.data.reason ?? '' }];
    case 'run.ended':
      return [{ source: 'event', place: event.data.run, text: event.data.reason ?? '' }];
    case 'recorder.resumed':
      return [{ source: 'event', text: event.data.why }];
    case 'rule.hit':
      return [{ source: 'event', place: event.data.rule, text: together([event.data.name, event.data.message ?? '']) }];
    case 'recorder.gap':
      return [{ source: 'event', text: event.data.reason }];
    default:
      return [];
  }
}

/** What is new to read: a title that stayed was found when it came. */
function windowTexts({ windows, opened, titled }: Extract<LogEvent, { kind: 'windows.changed' }>['data']) {
  const fresh = new Set([...opened, ...titled.map(({ id }) => id)]);
  return windows
    .filter(({ id }) => fresh.has(id))
    .map(({ title, application }) => ({ source: 'window' as const, text: together([title, application]) }));
}

/** Each thing once: a summary mostly says what the arguments say again. */
const together = (texts: readonly string[]): string =>
  texts.filter((text, at) => !texts.some((other, before) => before < at && other.includes(text))).join('\n');

/** Every text in a value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => (key === 'version' ? [] : strings(each)));
  return [];
}
