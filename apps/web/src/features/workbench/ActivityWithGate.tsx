import type { PaneProps } from '../../platform/pane.ts';
import ActivityPane from '../activity/ActivityPane.tsx';
import { GateDeck } from '../gate/GateDeck.tsx';
import { MessageLine } from '../gate/MessageLine.tsx';
import './activityWithGate.css';

/** What waits for a person, what happened, and words for the agent: one place to follow a run. */
export default function ActivityWithGate(props: PaneProps) {
  return (
    <div className="bench-activity">
      <GateDeck sandbox={props.sandbox} />
      <div className="bench-activity-list">
        <ActivityPane {...props} />
      </div>
      <MessageLine sandbox={props.sandbox} />
    </div>
  );
}
