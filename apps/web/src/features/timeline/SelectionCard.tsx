import type { SandboxId } from '@sandglass/protocol';
import { formatElapsed, laneNames } from '@sandglass/replay';
import { Button, IconButton, toast } from '@sandglass/ui';
import { FileDown, Link2, X, ZoomIn } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDownload } from '../../platform/downloads.ts';
import { formatDuration } from '../../platform/format.ts';
import { countWords } from './markWords.ts';
import { countRange } from './pick.ts';
import { rangeLink } from './rangeLink.ts';
import type { Range, TimelineModel } from './timelineModel.ts';
import { useSlice } from './useSlice.ts';

/** A selected range: how long, what is in it, and what can be done with it. */
export function SelectionCard({
  sandbox,
  model,
  selection,
  acts,
}: {
  sandbox: SandboxId;
  model: TimelineModel;
  selection: Range;
  /** What else can be done with it. */
  acts?: ReactNode;
}) {
  const download = useDownload();
  // A link to a range opens before its history is read, and what is live goes on.
  useSlice(model, ({ rows }) => rows);
  const counts = countRange(model.store, selection.fromUs, selection.toUs);
  const words = laneNames.filter((lane) => counts[lane].marks > 0).map((lane) => countWords(lane, counts[lane]));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(rangeLink(window.location, selection));
      toast.say('Link to this range copied');
    } catch {
      toast.fail('The link was not copied', 'This browser does not let pages write to the clipboard here.');
    }
  };
  return (
    <section className="timeline-card timeline-selection" aria-label="Selected range">
      <p className="timeline-card-title">
        <b>{formatDuration((selection.toUs - selection.fromUs) / 1_000)}</b>
      </p>
      <p className="timeline-card-when">
        <span>
          {formatElapsed(selection.fromUs, true)} – {formatElapsed(selection.toUs, true)}
        </span>
      </p>
      <p className="timeline-selection-counts">{words.length === 0 ? 'Nothing happened in it' : words.join(' · ')}</p>
      <div className="timeline-selection-acts">
        <Button size="small" icon={<ZoomIn size={13} />} onClick={() => model.showRange(selection)}>
          Zoom to it
        </Button>
        {download === undefined ? null : (
          <>
            <Button size="small" icon={<Link2 size={13} />} onClick={() => void copy()}>
              Copy link
            </Button>
            <Button
              size="small"
              icon={<FileDown size={13} />}
              onClick={() => download('bundle', { params: { sandbox }, query: wholeUs(selection) })}
            >
              Download it
            </Button>
          </>
        )}
        {acts}
        <IconButton size="small" label="Clear the selection" shortcut="Esc" onClick={() => model.select(null)}>
          <X size={13} />
        </IconButton>
      </div>
    </section>
  );
}

const wholeUs = ({ fromUs, toUs }: Range) => ({ fromUs: Math.floor(fromUs), toUs: Math.ceil(toUs) });
