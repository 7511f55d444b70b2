import type { ErrorComponentProps } from '@tanstack/react-router';
import { Frame } from '../features/frame/Frame.tsx';
import { Failed } from '../platform/Failed.tsx';

/** A page that could not be shown: its part of the console is gone, or it broke. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Frame bar={<h1 className="frame-title">Sandglass</h1>}>
      <Failed error={error} onRetry={reset} />
    </Frame>
  );
}
