import { useConnection } from '../../platform/client.tsx';

/** Says that what is shown is the last that was known. Nothing typed is lost meanwhile. */
export function ConnectionStrip() {
  if (useConnection() !== 'lost') return null;
  return (
    <div className="frame-strip" role="status">
      <b>Reconnecting…</b> The server does not answer. You see the last it said; sandboxes go on without it.
    </div>
  );
}
