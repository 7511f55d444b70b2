import { laneNames } from '@sandglass/replay';
import { Button, CopyButton } from '@sandglass/ui';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import type { TimelineModel } from './timelineModel.ts';
import { useSlice } from './useSlice.ts';

/** Shorter waits are not worth a word. */
const PATIENCE_MS = 300;

/** What there is to say when the marks do not speak for themselves: empty, loading, failed. */
export function Notice({ model, retry }: { model: TimelineModel; retry: () => void }) {
  const history = useSlice(model, (state) => state.history);
  const error = useSlice(model, (state) => state.error);
  const rows = useSlice(model, (state) => state.rows);
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (history === 'failed') {
    const { title, id } = describeFailure(error);
    return (
      <div className="timeline-notice timeline-notice-failed" role="alert">
        <TriangleAlert size={14} />
        <span>
          <b>The past did not load.</b> {rows > 0 ? 'What had come is shown. ' : ''}
          {title}.
        </span>
        {id === undefined ? null : <CopyButton text={id} label="Copy the id of this error" />}
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      </div>
    );
  }
  const marks = rows === 0 ? 0 : laneNames.reduce((sum, lane) => sum + model.store.lanes[lane].length, 0);
  if (history === 'loading')
    return patient ? null : (
      <p className="timeline-notice timeline-notice-quiet" role="status">
        Loading the past{marks > 0 ? ` · ${marks.toLocaleString()} so far` : ''}
      </p>
    );
  if (marks > 0 || model.store.flags.length > 0) return null;
  return (
    <p className="timeline-notice timeline-notice-quiet">
      {model.ended
        ? 'Nothing happened in this sandbox.'
        : 'Nothing has happened yet. Calls, file changes and requests appear here the moment they happen.'}
    </p>
  );
}
