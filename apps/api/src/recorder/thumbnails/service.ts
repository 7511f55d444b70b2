/** Small pictures for the outer rooms: of now, and of the past. */
import { AppError, type SandboxId, type Terminal } from '@sandglass/protocol';
import type { SandboxService, ThumbnailService } from '../../services.ts';
import type { ScreenRecorder, TerminalRecorder } from '../ports.ts';
import { Miniatures } from './miniatures.ts';
import { StillIndexes } from './stillIndex.ts';

export interface ThumbnailServiceOptions {
  readonly sandboxes: Pick<SandboxService, 'get' | 'log' | 'recording'>;
  readonly screens: Pick<ScreenRecorder, 'thumbnail'>;
  readonly recorder: Pick<TerminalRecorder, 'miniature'>;
  readonly terminals: (sandbox: SandboxId) => readonly Terminal[];
  readonly onError: (sandbox: SandboxId, error: unknown) => void;
}

export function createThumbnailService(options: ThumbnailServiceOptions): ThumbnailService & { close(): void } {
  const { sandboxes, screens, terminals } = options;
  const indexes = new StillIndexes();
  const miniatures = new Miniatures(options.recorder, options.onError);

  const indexOf = (sandbox: SandboxId) => {
    // Not known to this server, or ended: said by `get` as everywhere.
    sandboxes.get(sandbox);
    return indexes.of(sandboxes.recording(sandbox));
  };

  return {
    async watch(id, viewer) {
      const sandbox = sandboxes.get(id);
      if (sandbox.capabilities.screen === 'none') {
        const source = { log: sandboxes.log(id), terminals: () => terminals(id) };
        if (sandbox.endedAtMs === null) return miniatures.watch(source, viewer.onMiniature);
        const { miniature, seq } = await miniatures.last(source);
        viewer.onMiniature(miniature, seq);
        return () => {};
      }
      const thumbnail = screens.thumbnail(id);
      if (!thumbnail && sandbox.endedAtMs === null)
        throw new AppError('unavailable', 'The screen of this sandbox is not there yet. Try again in a moment.');
      // Frozen since before this server started, or ended: the last picture is the one of the recording.
      const last = thumbnail?.last ?? (await indexOf(id)).find(Number.MAX_SAFE_INTEGER)?.still;
      if (last) viewer.onPicture(last);
      return thumbnail?.watch(viewer.onPicture) ?? (() => {});
    },
    async stills(id, { fromUs, toUs, count }) {
      const index = await indexOf(id);
      const nowUs = index.log.now();
      return { ...index.list({ fromUs, toUs: toUs ?? nowUs, count }), nowUs };
    },
    async still(id, atUs) {
      const found = (await indexOf(id)).find(atUs);
      if (found) return { ...found, isFinal: found.isFinal || sandboxes.get(id).endedAtMs !== null };
      throw new AppError(
        'notFound',
        'No picture of the screen is kept from then or before. List the stills to see which are.',
      );
    },
    close() {
      miniatures.close();
      indexes.close();
    },
  };
}
