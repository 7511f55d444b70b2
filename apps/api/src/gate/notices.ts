/** What people have to tell the agent, kept until it hears it. */
import { posix } from 'node:path';
import { type CallId, isNoisyPath, type LogEvent, type MessageId, type Notice } from '@sandglass/protocol';
import type { By, SandboxEntry } from '../sandboxes/entry.ts';
import type { HandBack } from './control.ts';

/** An agent that never listens must not fill the memory. */
const MOST = 100;
const MOST_FILES = 100;
const MOST_NAMED = 10;
const PAGE = 1_000;

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

/** What an agent is told when a person hands back: how long, which files, the note. */
export function handBackNotice(entry: SandboxEntry, handBack: HandBack, id: MessageId, nowMs: number): Notice {
  const files = changedFiles(entry, handBack.sinceSeq);
  const seconds = Math.max(1, Math.round((nowMs - handBack.sinceMs) / 1_000));
  const named = files.slice(0, MOST_NAMED).join(', ');
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  const text = [
    `${handBack.from.name} had control of this sandbox for ${seconds} s and has handed it back.`,
    files.length === 0 ? 'No file changed meanwhile.' : `Files that changed meanwhile: ${named}${more}.`,
    'Look again before you rely on what you saw before.',
    ...(handBack.note === null ? [] : [`They wrote: ${handBack.note}`]),
  ].join(' ');
  return { id, kind: 'handBack', text, from: handBack.from.name, atMs: nowMs, files };
}

function changedFiles(entry: SandboxEntry, sinceSeq: number): string[] {
  const paths = new Set<string>();
  for (let from = sinceSeq + 1; ; ) {
    const events = entry.log.eventsOf(['file.changed', 'call.asked'], from, PAGE);
    for (const event of events)
      for (const path of pathsOf(event)) {
        if (!isNoisyPath(path)) paths.add(path);
        if (paths.size >= MOST_FILES) return [...paths];
      }
    const last = events.at(-1);
    if (!last || events.length < PAGE) return [...paths];
    from = last.seq + 1;
  }
}

const changing: ReadonlySet<string> = new Set(['write', 'mkdir', 'move', 'remove', 'trash', 'upload', 'revert']);

/** The system reports a change some moments after it was made; what a person asked for by name is known at once. */
function pathsOf(event: LogEvent): string[] {
  if (event.kind === 'file.changed') return event.data.changes.map(({ path, to }) => to ?? path);
  if (event.kind !== 'call.asked' || event.actor !== 'person' || !changing.has(event.data.name)) return [];
  const { path, to, paths } = event.data.arguments;
  return [path, to, ...(Array.isArray(paths) ? paths : [])].flatMap((one) =>
    typeof one === 'string' ? [posix.resolve('/home/user', one)] : [],
  );
}
