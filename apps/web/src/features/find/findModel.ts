import { AppError, FindResult, type FoundLine } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';

export interface FindQuestion {
  readonly query: string;
  readonly regex: boolean;
  readonly case: boolean;
  readonly word: boolean;
  readonly include: string;
  readonly exclude: string;
  readonly everything: boolean;
}

export const emptyQuestion: FindQuestion = {
  query: '',
  regex: false,
  case: false,
  word: false,
  include: '',
  exclude: '',
  everything: false,
};

export interface FoundFile {
  readonly path: string;
  readonly lines: readonly FoundLine[];
}

/** idle → searching → done | failed | stopped; another question starts again from any of them. */
export interface FindState {
  readonly phase: 'idle' | 'searching' | 'done' | 'stopped' | 'failed';
  readonly files: readonly FoundFile[];
  readonly lines: number;
  /** Why there is not more: too much, or too long. */
  readonly cut: 'limit' | 'time' | null;
  /** What is wrong with the question, in the words of who searched. */
  readonly problem: string | null;
  readonly error: unknown;
}

export interface FindSource {
  open(question: FindQuestion, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const nothing: FindState = { phase: 'idle', files: [], lines: 0, cut: null, problem: null, error: null };
/** A burst of results is drawn once. */
const DRAW_MS = 60;

/** One search at a time. What was found stays while the next one is on its way, until it has something to show. */
export class FindModel extends Model<FindState> {
  readonly #source: FindSource;
  #abort: AbortController | null = null;

  constructor(source: FindSource) {
    super(nothing);
    this.#source = source;
  }

  /** Ends the search; what was found so far stays. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (this.state.phase === 'searching') this.set({ ...this.state, phase: 'stopped' });
  }

  clear(): void {
    this.stop();
    this.set(nothing);
  }

  async start(question: FindQuestion): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.set({ ...this.state, phase: 'searching', problem: null, error: null, cut: null });
    const files: { path: string; lines: FoundLine[] }[] = [];
    let [lines, drawnAtMs] = [0, 0];
    const draw = (rest: Partial<FindState>) =>
      this.set({ ...nothing, phase: 'searching', files: files.map((file) => ({ ...file })), lines, ...rest });
    try {
      for await (const result of readResults(await this.#source.open(question, abort.signal))) {
        if (abort.signal.aborted) return;
        if (result.kind === 'end') {
          draw({ phase: 'done', cut: result.cut, problem: result.problem });
          return;
        }
        const last = files.at(-1);
        if (last?.path === result.path) last.lines.push(result);
        else files.push({ path: result.path, lines: [result] });
        lines++;
        if (performance.now() - drawnAtMs < DRAW_MS) continue;
        drawnAtMs = performance.now();
        draw({});
      }
      throw new AppError('sandboxLost', 'The search broke off before its end.');
    } catch (error) {
      if (!abort.signal.aborted) draw({ phase: 'failed', error });
    } finally {
      if (this.#abort === abort) this.#abort = null;
    }
  }
}

async function* readResults(stream: ReadableStream<Uint8Array>): AsyncGenerator<FindResult> {
  const reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield FindResult.parse(JSON.parse(line));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
