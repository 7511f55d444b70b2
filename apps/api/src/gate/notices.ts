/** What people have to tell the agent, kept until it hears it. */
import type { CallId, MessageId, Notice } from '@sandglass/protocol';
import { oneLine } from '../lib/bounded.ts';
import type { By, SandboxEntry } from '../sandboxes/entry.ts';
import type { HandBack } from './control.ts';
import { changedSince, type MeanwhileWindows } from './meanwhile.ts';

/** An agent that never listens must not fill the memory. */
const MOST = 100;
const MOST_NAMED = 10;

export class Notices {
  readonly #entry: SandboxEntry;
  #waiting: Notice[] = [];

  constructor(entry: SandboxEntry) {
    this.#entry = entry;
  }

  get waiting(): readonly Notice[] {
    return this.#waiting;
  }

  add(notice: Notice, by: By): void {
    this.#waiting = [...this.#waiting, notice].slice(-MOST);
    const { id, text, from, kind } = notice;
    this.#entry.append({
      kind: 'message.sent',
      actor: by.actor,
      by: by.token,
      data: { message: id, text, from, handBack: kind === 'handBack' },
    });
  }

  /** All of them, once. `call` carries them; null: the agent asked. */
  take(call: CallId | null): Notice[] {
    const taken = this.#waiting;
    this.#waiting = [];
    for (const { id } of taken)
      this.#entry.append({ kind: 'message.delivered', actor: 'system', data: { message: id, call } });
    return [...taken];
  }

  restore(notices: readonly Notice[]): void {
    this.#waiting = notices.slice(-MOST);
  }
}

/** What an agent is told when a person hands back: how long, what is different, the note. */
export function handBackNotice(entry: SandboxEntry, handBack: HandBack, id: MessageId, nowMs: number): Notice {
  const { files, windows, pages } = changedSince(entry.log, handBack.sinceSeq);
  const seconds = Math.max(1, Math.round((nowMs - handBack.sinceMs) / 1_000));
  const text = [
    `${handBack.from.name} had control of this sandbox for ${seconds} s and has handed it back.`,
    files.length === 0 ? 'No file changed meanwhile.' : `Files that changed meanwhile: ${named(files)}.`,
    ...windowWords(windows),
    ...pageWords(pages),
    'Look again before you rely on what you saw before.',
    ...(handBack.note === null ? [] : [`They wrote: ${handBack.note}`]),
  ].join(' ');
  return {
    ...{ id, kind: 'handBack', text, from: handBack.from.name, atMs: nowMs, files },
    ...(windows === null ? {} : { windows }),
    ...(pages.length === 0 ? {} : { pages }),
  };
}

function windowWords(windows: MeanwhileWindows | null): string[] {
  if (windows === null) return [];
  const { opened, closed, active } = windows;
  return [
    ...(opened.length === 0 ? [] : [`Windows that are new: ${named(opened.map(quoted))}.`]),
    ...(closed.length === 0 ? [] : [`Windows that are gone: ${named(closed.map(quoted))}.`]),
    active === null ? 'No window has the keyboard now.' : `The window that has the keyboard now is ${quoted(active)}.`,
  ];
}

function pageWords(pages: readonly string[]): string[] {
  const last = pages.at(-1);
  if (last === undefined) return [];
  return pages.length === 1
    ? [`The browser went to ${last}.`]
    : [`The browser went to ${pages.length} pages, last to ${last}.`];
}

/** A program chose it: told as a title, and no longer than one. */
const quoted = (title: string): string => `“${oneLine(title, 120)}”`;

function named(all: readonly string[]): string {
  const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : '';
  return `${all.slice(0, MOST_NAMED).join(', ')}${more}`;
}
