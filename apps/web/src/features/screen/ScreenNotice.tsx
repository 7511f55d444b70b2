import { Button } from '@sandglass/ui';
import type { ScreenModel, ScreenState } from './screenModel.ts';

/** One line under the picture when it is not simply live and yours. */
export function ScreenNotice({ state, frozen }: { state: ScreenState; frozen: boolean; model: ScreenModel }) {
  const text = noticeOf(state, frozen);
  if (text === null) return null;
  return (
    <p className={`screen-notice screen-notice-${state.phase}`} role="status">
      {text}
      {state.phase === 'ended' ? (
        <Button size="small" onClick={() => window.location.reload()}>
          Look again
        </Button>
      ) : null}
    </p>
  );
}

function noticeOf(state: ScreenState, frozen: boolean): string | null {
  if (state.phase === 'lost') return 'Reconnecting… This is the last picture. What you do now is not sent.';
  if (state.phase === 'ended') return 'The screen has ended. This is the last picture.';
  if (frozen) return 'Frozen: nothing moves until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not use mouse and keyboard.';
  return null;
}
