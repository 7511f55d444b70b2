import { type Exec as ExecResource, frameKind, type Signal } from '@sandglass/protocol';
import type { Requester } from '../http/requester.ts';
import type { Channel, ChannelEnd } from '../stream/channel.ts';
import { Queue } from '../stream/queue.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';
import { splitText } from './terminal.ts';

export interface ExecHandlers {
  readonly onStdout?: (bytes: Uint8Array) => void | Promise<void>;
  readonly onStderr?: (bytes: Uint8Array) => void | Promise<void>;
}

export interface OutputPart {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

const MAX_STDIN_CHARACTERS = 65_536;

/** A running (or ended) command. Its output is in the log: every reader gets it from the first byte, whenever it comes. */
export class Exec {
  #info: ExecResource;
  readonly #requester: Requester;
  readonly #stream: Stream;
  #stdin: Channel | null = null;

  constructor(info: ExecResource, requester: Requester, stream: Stream) {
    this.#info = info;
    this.#requester = requester;
    this.#stream = stream;
  }

  get id(): ExecResource['id'] {
    return this.#info.id;
  }

  /** As last heard from the server. */
  get info(): ExecResource {
    return this.#info;
  }

  /** Both streams in the order they were written. Leaving the loop stops reading; the command goes on. */
  output(options: SubscribeOptions = {}): AsyncIterableIterator<OutputPart> {
    const queue = new Queue<OutputPart>(() => channel.close());
    const channel = this.#follow(
      {
        onStdout: (bytes) => queue.push({ stream: 'stdout', bytes }),
        onStderr: (bytes) => queue.push({ stream: 'stderr', bytes }),
      },
      (end) => queue.end(endError(end, options.signal)),
      options,
    );
    return queue;
  }

  /** Standard output as text, decoded across chunk borders. */
  get stdout(): AsyncIterableIterator<string> {
    return this.#text('stdout');
  }

  /** Standard error as text. Independent of `stdout`: reading one after the other loses nothing. */
  get stderr(): AsyncIterableIterator<string> {
    return this.#text('stderr');
  }

  /** Resolves when it has ended, with how; `handlers` hear the whole output before. A signal stops waiting, not the command. */
  wait(handlers: ExecHandlers = {}, options: SubscribeOptions = {}): Promise<ExecResource> {
    return new Promise((resolve, reject) => {
      const handleEnd = (end: ChannelEnd) => {
        const error = endError(end, options.signal);
        if (error === undefined) this.refresh(options).then(resolve, reject);
        else reject(error);
      };
      this.#follow(handlers, handleEnd, options);
    });
  }

  /** Feeds standard input (the command must have been started with `stdin: true`). */
  async write(text: string): Promise<void> {
    const channel = await this.#openStdin();
    for (const part of splitText(text, MAX_STDIN_CHARACTERS)) channel.send({ type: 'stdin', text: part });
  }

  /** Closes standard input. */
  async end(): Promise<void> {
    const channel = await this.#openStdin();
    channel.send({ type: 'stdin', text: '', end: true });
    this.detach();
  }

  /** Signals its whole process group. */
  async signal(signal: Signal): Promise<void> {
    const { sandbox, id } = this.#info;
    await this.#requester.request('signalExec', { params: { sandbox, exec: id }, body: { signal } });
  }

  async refresh(options: { signal?: AbortSignal | undefined } = {}): Promise<ExecResource> {
    const { sandbox, id } = this.#info;
    this.#info = await this.#requester.request('exec', { params: { sandbox, exec: id }, signal: options.signal });
    return this.#info;
  }

  /** Lets go of the stream; the command goes on. */
  detach(): void {
    this.#stdin?.close();
    this.#stdin = null;
  }

  [Symbol.dispose](): void {
    this.detach();
  }

  async #openStdin(): Promise<Channel> {
    this.#stdin ??= this.#follow({}, () => {
      this.#stdin = null;
    });
    await this.#stdin.whenOpened();
    return this.#stdin;
  }

  #text(name: 'stdout' | 'stderr'): AsyncIterableIterator<string> {
    const queue = new Queue<string>(() => channel.close());
    const decoder = new TextDecoder();
    const read = (bytes: Uint8Array) => {
      const text = decoder.decode(bytes, { stream: true });
      if (text !== '') return queue.push(text);
    };
    const channel = this.#follow(name === 'stdout' ? { onStdout: read } : { onStderr: read }, (end) => {
      const rest = decoder.decode();
      if (rest !== '') void queue.push(rest);
      queue.end(endError(end));
    });
    return queue;
  }

  #follow(handlers: ExecHandlers, onEnded: (end: ChannelEnd) => void, options: SubscribeOptions = {}): Channel {
    return this.#stream.subscribe(
      { kind: 'exec', sandbox: this.#info.sandbox, exec: this.#info.id },
      {
        onFrame: (frame) =>
          frame.kind === frameKind.stdout
            ? handlers.onStdout?.(frame.payload)
            : frame.kind === frameKind.stderr
              ? handlers.onStderr?.(frame.payload)
              : undefined,
        onEnded,
      },
      options,
    );
  }
}

/** What a reader of a channel should throw; undefined when it ended as it should. */
export function endError(end: ChannelEnd, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  return end.reason === 'error' ? end.error : undefined;
}
