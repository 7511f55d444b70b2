/** Watching a directory, as a stream or by asking again and again: read from the sandbox's recording. */
import { AppError, type FileChange, type LogEvent, type SandboxId, type Seq } from '@sandglass/protocol';
import { z } from 'zod';
import { entryShape } from './entries.ts';
import type { Inside } from './inside.ts';
import { deadlineMs, homePath } from './processes.ts';
import type { ServerStream } from './serverStream.ts';

export const Watch = z.object({
  path: z.string().max(4_096).default(''),
  recursive: z.boolean().default(false),
  includeEntry: z.boolean().default(false),
  allowNetworkMounts: z.boolean().default(false),
});
type Watch = z.output<typeof Watch>;
export const ByWatcher = z.object({ watcherId: z.string().max(100) });
export const watchKeepalive = { keepalive: {} };

interface Heard {
  readonly name: string;
  readonly type: string;
  readonly path: string;
}

const types: Readonly<Record<FileChange['kind'], readonly string[]>> = {
  created: ['EVENT_TYPE_CREATE'],
  modified: ['EVENT_TYPE_WRITE'],
  deleted: ['EVENT_TYPE_REMOVE'],
  renamed: ['EVENT_TYPE_RENAME'],
  attributes: ['EVENT_TYPE_CHMOD'],
};

/** What a change is to somebody who watches `directory`. */
export function heard(change: FileChange, directory: string, recursive: boolean): Heard[] {
  const at = (path: string, kinds: readonly string[]): Heard[] => {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    if (!path.startsWith(prefix)) return [];
    const name = path.slice(prefix.length);
    return name === '' || (!recursive && name.includes('/')) ? [] : kinds.map((type) => ({ name, type, path }));
  };
  // A file that was put in place whole has been written, too.
  const written = change.kind === 'created' && !change.directory ? ['EVENT_TYPE_WRITE'] : [];
  const events = at(change.path, [...types[change.kind], ...written]);
  return change.to === undefined ? events : [...events, ...at(change.to, types.created)];
}

const heardIn = (event: LogEvent, directory: string, recursive: boolean): Heard[] =>
  event.kind === 'file.changed' ? event.data.changes.flatMap((change) => heard(change, directory, recursive)) : [];

async function watched(inside: Inside, path: string): Promise<string> {
  const entry = await inside.services.files.stat(inside.sandbox.id, homePath(path, inside.user));
  if (entry.kind !== 'directory' && entry.targetKind !== 'directory')
    throw new AppError('badRequest', `path ${entry.path} is not a directory`);
  return entry.path;
}

export async function watchDirectory(inside: Inside, stream: ServerStream, request: Watch): Promise<void> {
  const directory = await watched(inside, request.path);
  const { services, sandbox } = inside;
  let sending = Promise.resolve();
  const stop = services.sandboxes.log(sandbox.id).onEvent((event) => {
    for (const one of heardIn(event, directory, request.recursive))
      sending = sending.then(() => tell(inside, stream, one, request.includeEntry));
  });
  const stopState = services.sandboxes.onChange(({ id, phase }) => {
    if (id === sandbox.id && (phase === 'dead' || phase === 'failed')) stream.reset();
  });
  const limitMs = deadlineMs(inside);
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(
          () => stream.end(new AppError('timeout', 'The watch has run for as long as it was asked to.')),
          limitMs,
        );
  stream.signal.addEventListener(
    'abort',
    () => {
      stop();
      stopState();
      clearTimeout(timer);
    },
    { once: true },
  );
  await stream.send({ start: {} });
  stream.keepAlive();
}

async function tell(inside: Inside, stream: ServerStream, event: Heard, includeEntry: boolean): Promise<void> {
  const { name, type, path } = event;
  const gone = type === 'EVENT_TYPE_REMOVE' || type === 'EVENT_TYPE_RENAME';
  const entry =
    includeEntry && !gone
      ? await inside.services.files.stat(inside.sandbox.id, path).then(
          (found) => ({ entry: entryShape(found) }),
          () => ({}),
        )
      : {};
  await stream.send({ filesystem: { name, type, ...entry } });
}

interface Watcher {
  readonly sandbox: SandboxId;
  readonly directory: string;
  readonly recursive: boolean;
  next: Seq;
}

const MOST_WATCHERS = 1_000;
const MOST_EVENTS = 10_000;

/** Those that are asked again and again: a place in the recording each. */
export class Watchers {
  readonly #watchers = new Map<string, Watcher>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  async create(inside: Inside, request: Watch): Promise<object> {
    const directory = await watched(inside, request.path);
    const { sandbox, services } = inside;
    const watcherId = this.#newId();
    const next = services.sandboxes.log(sandbox.id).lastSeq + 1;
    this.#watchers.set(watcherId, { sandbox: sandbox.id, directory, recursive: request.recursive, next });
    // Clients that forget to remove theirs must not fill the memory.
    if (this.#watchers.size > MOST_WATCHERS) this.#watchers.delete(this.#watchers.keys().next().value!);
    return { watcherId };
  }

  async events(inside: Inside, { watcherId }: z.output<typeof ByWatcher>): Promise<object> {
    const watcher = this.#find(inside, watcherId);
    const events = inside.services.sandboxes.log(watcher.sandbox).eventsOf(['file.changed'], watcher.next, MOST_EVENTS);
    watcher.next = (events.at(-1)?.seq ?? watcher.next - 1) + 1;
    const all = events.flatMap((event) => heardIn(event, watcher.directory, watcher.recursive));
    return { events: all.map(({ name, type }) => ({ name, type })) };
  }

  async remove(inside: Inside, { watcherId }: z.output<typeof ByWatcher>): Promise<object> {
    this.#find(inside, watcherId);
    this.#watchers.delete(watcherId);
    return {};
  }

  #find({ sandbox }: Inside, id: string): Watcher {
    const watcher = this.#watchers.get(id);
    if (watcher?.sandbox === sandbox.id) return watcher;
    throw new AppError('notFound', `watcher with id ${id} not found`);
  }
}
