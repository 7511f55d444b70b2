import { Button, RelativeTime } from '@sandglass/ui';
import { useEffect, useState } from 'react';
import { useClient, useConnection, useLostSince } from '../../platform/client.tsx';

/** "Back" is worth saying, and no more than that. */
const BACK_FOR_MS = 2_500;

/** lost → the last that was known is shown, since when, and a way to try at once; back → said for a moment. */
export function ConnectionStrip() {
  const connection = useConnection();
  const { stream } = useClient();
  const lostAtMs = useLostSince();
  const [wasLost, setWasLost] = useState(false);
  const [back, setBack] = useState(false);
  useEffect(() => {
    if (connection === 'lost') setWasLost(true);
    if (connection !== 'live' || !wasLost) return;
    setWasLost(false);
    setBack(true);
  }, [connection, wasLost]);
  useEffect(() => {
    if (!back) return;
    const timer = setTimeout(() => setBack(false), BACK_FOR_MS);
    return () => clearTimeout(timer);
  }, [back]);
  if (connection === 'lost')
    return (
      <div className="frame-strip" role="status">
        <span>
          <b>Reconnecting…</b> The server does not answer
          {lostAtMs === undefined ? null : (
            <>
              {' '}
              (<RelativeTime atMs={lostAtMs} />)
            </>
          )}
          . You see the last it said; sandboxes go on without it.
        </span>
        <Button size="small" onClick={() => stream.retryNow()}>
          Try now
        </Button>
      </div>
    );
  return back ? (
    <div className="frame-strip frame-strip-back" role="status">
      <b>Connected again.</b> What is shown is live.
    </div>
  ) : null;
}
