/** Screens for the outer rooms: who looks, who has a hand on it, and a picture now. */
import { AppError, type SandboxId } from '@sandglass/protocol';
import type { SandboxLog } from './log.ts';
import type { ScreenRecorder } from './ports.ts';
import { BrowserScreen } from './screen/browserScreen.ts';
import { capturePicture } from './screen/capture.ts';
import { DesktopScreen } from './screen/desktopScreen.ts';
import { encodePng } from './screen/png.ts';
import { ScreenInputs } from './screen/screenInput.ts';
import { ScreenThumbnail } from './thumbnails/screenThumbnail.ts';
import { Turns } from './thumbnails/turns.ts';

export type { ScreenRecorder, ScreenSource } from './ports.ts';

export interface ScreenServiceOptions {
  /** A state could not be recorded. */
  readonly onError?: (sandbox: SandboxId, error: unknown) => void;
  readonly nowMs?: () => number;
  /** X answers in some 10 ms; a frozen one never does. */
  readonly pngTimeoutMs?: number;
}

/** The image library works aside; two keep it busy while one's pixels are got ready. */
const DRAWN_AT_ONCE = 2;

export function createScreenService(options: ScreenServiceOptions = {}): ScreenRecorder {
  const { onError = () => {}, nowMs = () => performance.now(), pngTimeoutMs = 5_000 } = options;
  const screens = new Map<
    SandboxId,
    { screen: DesktopScreen | BrowserScreen; inputs: ScreenInputs; thumbnail: ScreenThumbnail }
  >();
  const turns = new Turns(DRAWN_AT_ONCE);

  function find(sandbox: SandboxId) {
    const found = screens.get(sandbox);
    if (!found)
      throw new AppError(
        'notSupported',
        'This sandbox has no screen now. Create one from the image `desktop`, or thaw or restore it first.',
      );
    return found;
  }

  function stop(sandbox: SandboxId, reason: string): void {
    const found = screens.get(sandbox);
    found?.screen.close(reason);
    void found?.thumbnail.close();
    screens.delete(sandbox);
  }

  const thumbnailOf = (sandbox: SandboxId, log: SandboxLog, screen: DesktopScreen | BrowserScreen): ScreenThumbnail =>
    new ScreenThumbnail(
      { log, live: () => screen.live, flush: () => screen.flush() },
      { nowMs, turns, onError: (error) => onError(sandbox, error) },
    );
  const browserOf = (sandbox: SandboxId): BrowserScreen | undefined => {
    const screen = screens.get(sandbox)?.screen;
    return screen instanceof BrowserScreen ? screen : undefined;
  };

  return {
    start(sandbox, source) {
      stop(sandbox, 'restarted');
      const screen = new DesktopScreen(source, { nowMs, onError: (error) => onError(sandbox, error) });
      const thumbnail = thumbnailOf(sandbox, source.log, screen);
      screens.set(sandbox, { screen, inputs: new ScreenInputs(() => screen.client), thumbnail });
    },
    startBrowser(sandbox, log) {
      stop(sandbox, 'restarted');
      const screen = new BrowserScreen(log, { nowMs, onError: (error) => onError(sandbox, error) });
      const thumbnail = thumbnailOf(sandbox, log, screen);
      screens.set(sandbox, { screen, inputs: new ScreenInputs(() => screen.input), thumbnail });
    },
    showBrowser: (sandbox, watched) => browserOf(sandbox)?.show(watched),
    browserInput: (sandbox) => browserOf(sandbox)?.input,
    reopen(sandbox) {
      const screen = screens.get(sandbox)?.screen;
      if (screen instanceof DesktopScreen) screen.reopen();
    },
    stop,
    close() {
      for (const sandbox of [...screens.keys()]) stop(sandbox, 'serverClosing');
    },
    thumbnail: (sandbox) => screens.get(sandbox)?.thumbnail,
    // A position to resume from saves little against the live set (some 100 KB) and could be one of another X: not used.
    watch: async (sandbox, viewer) => find(sandbox).screen.watch(viewer),
    input: async (_caller, sandbox) => find(sandbox).inputs.open(),
    async png(sandbox, by) {
      const { screen } = find(sandbox);
      if (!screen.maySee(by))
        throw new AppError(
          'wrongState',
          'A person works in private here for some minutes. Try again when they have ended it.',
        );
      if (screen instanceof BrowserScreen) return await screen.png();
      const signal = AbortSignal.timeout(pngTimeoutMs);
      try {
        const picture = await capturePicture(await screen.openRaw(), signal);
        return encodePng(picture.rgb, picture.width, picture.height);
      } catch (error) {
        const message = 'The screen does not answer. A frozen sandbox must be thawed first; otherwise try again.';
        throw new AppError(signal.aborted ? 'timeout' : 'unavailable', message, { cause: error });
      }
    },
  };
}
