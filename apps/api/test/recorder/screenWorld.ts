/** A recorded screen with viewers, on a real X server and a real log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { decodeScreenMessage, type SandboxId, type ScreenMessage } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import type { SandboxLog } from '../../src/recorder/log.ts';
import { openLogStore } from '../../src/recorder/logStore.ts';
import type { ScreenRecorder } from '../../src/recorder/ports.ts';
import { capturePicture } from '../../src/recorder/screen/capture.ts';
import { createScreenService } from '../../src/recorder/screenService.ts';
import type { ScreenHandle } from '../../src/services.ts';
import { XClient } from './xClient.ts';
import { startXServer, type XServer } from './xServer.ts';

export const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;

export interface TestViewer {
  readonly surface: PixelSurface;
  readonly messages: ScreenMessage[];
  readonly clipboard: string[];
  readonly handle: ScreenHandle;
  readonly ended: string[];
}

export interface ScreenWorld extends AsyncDisposable {
  readonly x: XServer;
  readonly draw: XClient;
  readonly log: SandboxLog;
  readonly screens: ScreenRecorder;
  readonly connections: Duplex[];
  readonly directory: string;
  /** A file with this text. */
  write(text: string): string;
  /** `acks: false` = one that never says what it drew. */
  watch(options?: { acks?: boolean }): Promise<TestViewer>;
  /** X's own pixels now, RGB. */
  truth(): Promise<{ width: number; height: number; rgb: Uint8Array }>;
}

export async function startScreenWorld(size?: { width: number; height: number }): Promise<ScreenWorld> {
  const x = await startXServer(size);
  const draw = await XClient.connect(await x.openX());
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-screen-'));
  const store = openLogStore({ directory });
  const log = store.open(sandbox, { createdAtMs: Date.now() });
  const screens = createScreenService({
    pngTimeoutMs: 1_000,
    onError: (_, error) => {
      throw error;
    },
  });
  const connections: Duplex[] = [];
  const open = async () => {
    const stream = await x.openScreen();
    connections.push(stream);
    return stream;
  };
  screens.start(sandbox, { open, log });
  return {
    x,
    draw,
    log,
    screens,
    connections,
    directory,
    write(text) {
      const path = join(directory, `text-${text.length}`);
      writeFileSync(path, text);
      return path;
    },
    async watch({ acks = true } = {}) {
      const surface = new PixelSurface();
      const messages: ScreenMessage[] = [];
      const clipboard: string[] = [];
      const ended: string[] = [];
      const player = new ScreenPlayer(surface, { onDrawn: ({ seq }) => acks && handle.ack(seq) });
      const early: Uint8Array[] = [];
      let handle: ScreenHandle = { ack: () => {}, close: () => {} };
      handle = await screens.watch(sandbox, {
        onMessage: (encoded) => {
          messages.push(decodeScreenMessage(encoded));
          // As on a wire: what is sent is never seen before `watch` has returned.
          if (early.push(encoded) === 1)
            queueMicrotask(() => early.splice(0).forEach((bytes) => void player.draw(bytes)));
        },
        onClipboard: (text) => clipboard.push(text),
        onEnded: (reason) => ended.push(reason),
      });
      return { surface, messages, clipboard, handle, ended };
    },
    truth: async () => capturePicture(await x.openScreen(), AbortSignal.timeout(5_000)),
    async [Symbol.asyncDispose]() {
      screens.close();
      store.close();
      draw.close();
      await x[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
