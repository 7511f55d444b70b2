import type { ScreenState } from './screenModel.ts';

/** One line under the picture when it is not simply live and yours. */
export function ScreenNotice({ state, frozen }: { state: ScreenState; frozen: boolean }) {
  const text = noticeOf(state, frozen);
  if (text === null) return null;
  return (
    <p className={`screen-notice screen-notice-${state.phase}`} role="status">
      {text}
    </p>
  );
}

function noticeOf(state: ScreenState, frozen: boolean): string | null {
  if (state.phase === 'lost') return 'Reconnecting… This is the last picture. What you do now is not sent.';
  if (state.phase === 'away' && state.size === null) return 'Waiting for the desktop to start…';
  if (state.phase === 'away') return 'Its desktop is not there now. This is the last picture; it comes back by itself.';
  if (state.phase === 'ended') return 'The screen has ended. This is the last picture.';
  if (frozen) return 'Frozen: nothing moves until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not use mouse and keyboard.';
  return null;
}
