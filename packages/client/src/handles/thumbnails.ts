import { frameKind, type Miniature, type SandboxId, type Still } from '@sandglass/protocol';
import type { RequestOptions } from '../http/input.ts';
import type { Requester } from '../http/requester.ts';
import type { ChannelEnd } from '../stream/channel.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';

export interface ThumbnailHandlers {
  /** A JPEG file, at most 320 pixels a side. */
  readonly onPicture: (jpeg: Uint8Array, position: { seq: number; atUs: number }) => void;
  /** Of a sandbox without a screen; null while no terminal is open. */
  readonly onMiniature?: (miniature: Miniature | null) => void;
  readonly onLost?: () => void;
  readonly onEnded?: (end: ChannelEnd) => void;
}

/** Small pictures of one sandbox: now, and of its past. */
export class Thumbnails {
  readonly #sandbox: SandboxId;
  readonly #requester: Requester;
  readonly #stream: Stream;

  constructor(sandbox: SandboxId, requester: Requester, stream: Stream) {
    this.#sandbox = sandbox;
    this.#requester = requester;
    this.#stream = stream;
  }

  /** At most two a second, while it changes; the present one at once. @returns stop */
  watch(handlers: ThumbnailHandlers, options: SubscribeOptions = {}): () => void {
    const channel = this.#stream.subscribe(
      { kind: 'thumbnail', sandbox: this.#sandbox },
      {
        onMessage: (message) => {
          if (message.type === 'miniature') handlers.onMiniature?.(message.miniature);
        },
        onFrame: ({ kind, payload, seq, atUs }) => {
          if (kind === frameKind.thumbnail) handlers.onPicture(payload, { seq, atUs });
        },
        ...(handlers.onLost ? { onLost: handlers.onLost } : {}),
        ...(handlers.onEnded ? { onEnded: handlers.onEnded } : {}),
      },
      options,
    );
    return () => channel.close();
  }

  /** Which pictures of the past are kept between two moments (the one that was showing at the first included), at most `count`. */
  async list(
    query: { fromUs?: number; toUs?: number; count?: number } = {},
    options: RequestOptions = {},
  ): Promise<Still[]> {
    return (await this.#requester.request('stills', { params: { sandbox: this.#sandbox }, query, ...options })).items;
  }

  /** The picture that was showing at a moment, a JPEG file. @throws AppError notFound when none is kept from then or before */
  image(atUs: number, options: RequestOptions = {}): Promise<Uint8Array> {
    return this.#requester.request('still', { params: { sandbox: this.#sandbox, atUs }, ...options });
  }
}
