/** The busiest terminal of a sandbox, for who looks at many at once: at most twice a second, only when it changed, once for all. */
import type { Miniature, SandboxId, Terminal, TerminalId } from '@sandglass/protocol';
import { type SandboxLog, trackFrame } from '../log.ts';
import type { TerminalRecorder } from '../ports.ts';

export const MINIATURE_EVERY_MS = 500;
/** What was printed counts for a few seconds, so that the picture does not jump at every line elsewhere. */
const FADE = 0.8;
/** Another terminal must be this much busier to take its place. */
const BUSIER = 2;

export interface MiniatureSource {
  readonly log: SandboxLog;
  readonly terminals: () => readonly Terminal[];
}

export type MiniatureViewer = (miniature: Miniature | null, seq: number) => void;

interface Shown {
  readonly miniature: Miniature | null;
  readonly seq: number;
}

interface Watched {
  readonly source: MiniatureSource;
  readonly viewers: Set<MiniatureViewer>;
  readonly busy: Map<TerminalId, { bytes: number; score: number }>;
  shown: Terminal | undefined;
  /** What the last picture was made of; undefined before the first. */
  key: string | undefined;
  last: Shown | undefined;
  timer: NodeJS.Timeout;
  reading: Promise<void> | undefined;
}

export class Miniatures {
  readonly #recorder: Pick<TerminalRecorder, 'miniature'>;
  readonly #onError: (sandbox: SandboxId, error: unknown) => void;
  readonly #watched = new Map<SandboxId, Watched>();

  constructor(
    recorder: Pick<TerminalRecorder, 'miniature'>,
    onError: (sandbox: SandboxId, error: unknown) => void = () => {},
  ) {
    this.#recorder = recorder;
    this.#onError = onError;
  }

  /** The present one soon, then every change. @returns stop */
  watch(source: MiniatureSource, viewer: MiniatureViewer): () => void {
    const { sandbox } = source.log;
    const watched = this.#watched.get(sandbox) ?? this.#begin(source);
    watched.viewers.add(viewer);
    if (watched.last) viewer(watched.last.miniature, watched.last.seq);
    else this.#lookAt(watched);
    return () => {
      watched.viewers.delete(viewer);
      if (watched.viewers.size > 0 || this.#watched.get(sandbox) !== watched) return;
      clearInterval(watched.timer);
      this.#watched.delete(sandbox);
    };
  }

  /** Once, of a sandbox that changes no more. */
  async last({ log, terminals }: MiniatureSource): Promise<Shown> {
    const said = terminals().findLast(({ id }) => log.trackBytes(`terminal:${id}`, trackFrame.output) > 0);
    return await this.#read(log, said);
  }

  /** Resolves when what is being read is shown. */
  async idle(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ reading }) => reading));
  }

  close(): void {
    for (const { timer } of this.#watched.values()) clearInterval(timer);
    this.#watched.clear();
  }

  #begin(source: MiniatureSource): Watched {
    const watched: Watched = {
      source,
      viewers: new Set(),
      busy: new Map(),
      shown: undefined,
      key: undefined,
      last: undefined,
      timer: setInterval(() => this.#lookAt(watched), MINIATURE_EVERY_MS),
      reading: undefined,
    };
    watched.timer.unref();
    this.#watched.set(source.log.sandbox, watched);
    return watched;
  }

  async #read(log: SandboxLog, terminal: Terminal | undefined): Promise<Shown> {
    if (!terminal) return { miniature: null, seq: log.lastSeq };
    const { seq, ...shown } = await this.#recorder.miniature(log, terminal.id);
    return { miniature: { terminal: terminal.id, name: terminal.name, ...shown }, seq };
  }

  #lookAt(watched: Watched): void {
    watched.reading ??= this.#look(watched).finally(() => {
      watched.reading = undefined;
    });
  }

  async #look(watched: Watched): Promise<void> {
    const { log } = watched.source;
    try {
      const terminal = chooseBusiest(watched);
      const bytes = terminal ? log.trackBytes(`terminal:${terminal.id}`, trackFrame.output) : 0;
      const key = terminal ? `${terminal.id} ${bytes} ${terminal.columns}x${terminal.rows} ${terminal.name}` : '';
      if (key === watched.key) return;
      const last = await this.#read(log, terminal);
      watched.key = key;
      watched.last = last;
      for (const viewer of [...watched.viewers]) viewer(last.miniature, last.seq);
    } catch (error) {
      // A log that was closed: its sandbox has ended, and with it whoever looks.
      if (watched.viewers.size > 0) this.#onError(log.sandbox, error);
    }
  }
}

/** Of the living ones the one that prints most; when none lives any more, the last that said something. */
function chooseBusiest(watched: Watched): Terminal | undefined {
  const { source, busy } = watched;
  const all = source.terminals();
  for (const { id } of all) {
    const bytes = source.log.trackBytes(`terminal:${id}`, trackFrame.output);
    const before = busy.get(id);
    busy.set(id, { bytes, score: (before?.score ?? 0) * FADE + bytes - (before?.bytes ?? 0) });
  }
  const living = all.filter((terminal) => terminal.exit === null);
  if (living.length === 0) return all.findLast(({ id }) => (busy.get(id)?.bytes ?? 0) > 0);
  const score = ({ id }: Terminal) => busy.get(id)?.score ?? 0;
  const busiest = living.reduce((best, each) => (score(each) > score(best) ? each : best));
  const shown = living.find(({ id }) => id === watched.shown?.id);
  watched.shown = shown && score(busiest) <= score(shown) * BUSIER ? shown : busiest;
  return watched.shown;
}
