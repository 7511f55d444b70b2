import { laneNames } from '@sandglass/replay';
import { Bot, FileDiff, Globe, Hand, MonitorPlay, SquareTerminal } from 'lucide-react';
import type { LaneLayout, Row } from './laneLayout.ts';
import { laneTitles } from './markWords.ts';

const icons = {
  agent: <Bot size={12} />,
  people: <Hand size={12} />,
  files: <FileDiff size={12} />,
  terminal: <SquareTerminal size={12} />,
  network: <Globe size={12} />,
} as const;

const place = (row: Row) => ({ top: row.topPx, height: row.heightPx });

/** Names of the rows. The lanes say them again to who does not see. */
export function LaneLabels({ layout }: { layout: LaneLayout }) {
  return (
    <div className="timeline-labels" aria-hidden="true">
      {layout.film === null ? null : (
        <span style={place(layout.film)}>
          <MonitorPlay size={12} />
          <i>Screen</i>
        </span>
      )}
      {laneNames.map((name) => {
        const row = layout.lanes[name];
        return row === undefined ? null : (
          <span key={name} style={place(row)} data-lane={name}>
            {icons[name]}
            <i>{laneTitles[name]}</i>
          </span>
        );
      })}
    </div>
  );
}
