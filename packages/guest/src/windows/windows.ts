/**
 * Which windows the sandbox's desktop has: the window manager's own list, read when the X server says that it changed. Nothing is asked
 * while nothing changes, and a sandbox that is frozen has nothing to tell.
 */
import type { ScreenWindow, ScreenWindows } from '@sandglass/protocol';
import { mostTitleCharacters, mostWindows } from '@sandglass/protocol/guestFrame';
import { PointerWatch } from './pointerWatch.ts';
import { type WindowNews, WindowPace } from './windowPace.ts';
import { XConnection } from './xConnection.ts';
import { compoundText, numbersOf, type XPointer, type XProperty } from './xWire.ts';

const atomNames = [
  '_NET_CLIENT_LIST',
  '_NET_ACTIVE_WINDOW',
  '_NET_WM_NAME',
  'WM_NAME',
  'WM_CLASS',
  '_NET_WM_WINDOW_TYPE',
  '_NET_WM_WINDOW_TYPE_DESKTOP',
  '_NET_WM_WINDOW_TYPE_DOCK',
  'UTF8_STRING',
] as const;
type Atoms = Readonly<Record<(typeof atomNames)[number], number>>;

const MOST_CLASS_BYTES = 512;
const MOST_APPLICATION_CHARACTERS = 64;
const FIRST_BACKOFF_MS = 200;
const LAST_BACKOFF_MS = 5_000;

/** What does not change of a window. */
interface Known {
  readonly application: string;
  /** The desktop itself, or a panel: nobody's work. */
  readonly furniture: boolean;
}

export class Windows {
  readonly #path: string;
  readonly #tell: (windows: ScreenWindows) => void;
  readonly #pointer: PointerWatch;
  readonly #known = new Map<number, Known>();
  readonly #titles = new Map<number, string>();
  readonly #renamed = new Set<number>();
  readonly #pace = new WindowPace();
  #connection: XConnection | null = null;
  #atoms: Atoms | null = null;
  #root = 0;
  #now: ScreenWindows = { windows: [], active: null };
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #looking = false;
  #again: WindowNews | null = null;
  #backoffMs = FIRST_BACKOFF_MS;
  #closed = false;

  /** @param path the X server's socket */
  constructor(path: string, tell: { windows(windows: ScreenWindows): void; pointer(pointer: XPointer): void }) {
    this.#path = path;
    this.#tell = tell.windows;
    this.#pointer = new PointerWatch(async () => await this.#connection?.pointer(this.#root), tell.pointer);
  }

  get now(): ScreenWindows {
    return this.#now;
  }

  open(): void {
    void this.#connect();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#pointer.close();
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const connection = new XConnection(this.#path, {
      changed: (window, atom) => this.#changed(window, atom),
      moved: (pressed) => this.#pointer.moved(pressed),
      closed: () => this.#lose(),
    });
    this.#connection = connection;
    const root = await connection.ready();
    if (root === undefined) return connection.close();
    const numbers = await Promise.all(atomNames.map((name) => connection.atom(name)));
    this.#atoms = Object.fromEntries(atomNames.map((name, at) => [name, numbers[at] ?? 0])) as Atoms;
    this.#root = root;
    this.#backoffMs = FIRST_BACKOFF_MS;
    connection.watch(root);
    void connection.hearInput(root);
    this.#plan('windows');
  }

  /** The X server ended: whoever keeps it running starts it anew, and its windows are gone until then. */
  #lose(): void {
    const had = this.#atoms !== null;
    this.#atoms = null;
    this.#known.clear();
    this.#titles.clear();
    this.#renamed.clear();
    if (this.#closed) return;
    if (had) this.#say({ windows: [], active: null });
    setTimeout(() => !this.#closed && void this.#connect(), this.#backoffMs).unref();
    this.#backoffMs = Math.min(this.#backoffMs * 2, LAST_BACKOFF_MS);
  }

  #changed(window: number, atom: number): void {
    const atoms = this.#atoms;
    if (!atoms) return;
    if (window === this.#root) {
      if (atom === atoms._NET_CLIENT_LIST || atom === atoms._NET_ACTIVE_WINDOW) this.#plan('windows');
    } else if ((atom === atoms._NET_WM_NAME || atom === atoms.WM_NAME) && this.#known.has(window)) {
      this.#renamed.add(window);
      if (!this.#known.get(window)?.furniture) this.#plan('title');
    }
  }

  #plan(news: WindowNews): void {
    if (this.#looking) {
      this.#again = news === 'windows' || this.#again === null ? news : this.#again;
      return;
    }
    const atMs = this.#pace.lookAtMs(news, performance.now());
    if (atMs >= this.#timerAtMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => void this.#look(), atMs - performance.now());
  }

  async #look(): Promise<void> {
    this.#timer = null;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const connection = this.#connection;
    const atoms = this.#atoms;
    if (!connection || !atoms) return;
    this.#looking = true;
    const seen = await this.#read(connection, atoms);
    this.#looking = false;
    // It was lost while we asked.
    if (this.#atoms === atoms) this.#say(seen);
    const again = this.#again;
    this.#again = null;
    if (again !== null) this.#plan(again);
  }

  #say(seen: ScreenWindows): void {
    const before = this.#now;
    if (JSON.stringify(before) === JSON.stringify(seen)) return;
    this.#now = seen;
    this.#pace.told(idsOf(before) === idsOf(seen) ? 'title' : 'windows', performance.now());
    this.#tell(seen);
  }

  async #read(connection: XConnection, atoms: Atoms): Promise<ScreenWindows> {
    const numbers = async (atom: number, most: number) => {
      const property = await connection.property(this.#root, atom, most * 4);
      return property ? numbersOf(property) : [];
    };
    // More are not looked at; the newest are at the end.
    const listed = (await numbers(atoms._NET_CLIENT_LIST, 4 * mostWindows)).slice(-2 * mostWindows);
    const [focused = 0] = await numbers(atoms._NET_ACTIVE_WINDOW, 1);
    for (const id of [...this.#known.keys()]) if (!listed.includes(id)) this.#forget(id);
    await Promise.all(listed.map((id) => this.#learn(connection, atoms, id)));
    const windows = listed
      .flatMap((id): ScreenWindow[] => {
        const known = this.#known.get(id);
        if (known === undefined || known.furniture) return [];
        return [{ id, title: this.#titles.get(id) ?? '', application: known.application }];
      })
      .slice(-mostWindows);
    return { windows, active: windows.some(({ id }) => id === focused) ? focused : null };
  }

  async #learn(connection: XConnection, atoms: Atoms, id: number): Promise<void> {
    if (!this.#known.has(id)) {
      // Watched first and read then, so that no title is missed in between.
      connection.watch(id);
      this.#renamed.add(id);
      const [name, types] = await Promise.all([
        connection.property(id, atoms.WM_CLASS, MOST_CLASS_BYTES),
        connection.property(id, atoms._NET_WM_WINDOW_TYPE, 64),
      ]);
      const kinds = types ? numbersOf(types) : [];
      const furniture = kinds.some(
        (kind) => kind === atoms._NET_WM_WINDOW_TYPE_DESKTOP || kind === atoms._NET_WM_WINDOW_TYPE_DOCK,
      );
      this.#known.set(id, { application: applicationOf(name), furniture });
    }
    if (!this.#renamed.delete(id)) return;
    const [modern, old] = await Promise.all([
      connection.property(id, atoms._NET_WM_NAME, 4 * mostTitleCharacters),
      connection.property(id, atoms.WM_NAME, 4 * mostTitleCharacters),
    ]);
    this.#titles.set(id, textOf(modern ?? old, atoms));
  }

  #forget(id: number): void {
    this.#known.delete(id);
    this.#titles.delete(id);
    this.#renamed.delete(id);
  }
}

const idsOf = ({ windows, active }: ScreenWindows): string => `${windows.map(({ id }) => id).join(' ')} ${active}`;

function textOf(property: XProperty | undefined, atoms: Atoms): string {
  if (property === undefined) return '';
  const { type, bytes } = property;
  return cut(type === atoms.UTF8_STRING ? bytes.toString('utf8') : compoundText(bytes), mostTitleCharacters);
}

/** `WM_CLASS` is two names, each ended by a zero: of this copy of the program, and of the program. */
function applicationOf(property: XProperty | undefined): string {
  const [own = '', program = ''] = property?.bytes.toString('utf8').split('\0') ?? [];
  return cut(program || own, MOST_APPLICATION_CHARACTERS);
}

/** Whole characters only. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/u, '');
