import type { Checkpoint } from '@sandglass/protocol';
import { Button, IconButton, RelativeTime } from '@sandglass/ui';
import { Flag, GitFork, RotateCcw, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { usePointedAt } from '../../platform/pointedAt.ts';

export interface CheckpointRowProps {
  readonly checkpoint: Checkpoint;
  /** Absent: not possible here, so not shown. */
  readonly onRestore: (() => void) | undefined;
  readonly onFork: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

export function CheckpointRow({ checkpoint, onRestore, onFork, onRemove }: CheckpointRowProps) {
  const { number, name, holds, notHeld } = checkpoint;
  const row = useRef<HTMLLIElement>(null);
  const pointed = usePointedAt().checkpoint === checkpoint.id;
  useEffect(() => {
    if (pointed) row.current?.scrollIntoView({ block: 'nearest' });
  }, [pointed]);
  return (
    <li ref={row} className="checkpoint" aria-current={pointed ? 'location' : undefined}>
      <Flag size={14} className="checkpoint-flag" />
      <div className="checkpoint-text">
        <p>
          <b>#{number}</b> {name === `#${number}` ? '' : name}
          <span className="checkpoint-age">
            <RelativeTime atMs={checkpoint.atMs} />
          </span>
        </p>
        <p className="checkpoint-holds">
          {holds.memory ? 'files + memory' : 'files'} · stood still {Math.round(checkpoint.stoppedMs)} ms
        </p>
        {notHeld.length === 0 ? null : (
          <details className="checkpoint-not">
            <summary>Not held</summary>
            <ul>
              {notHeld.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </details>
        )}
        <div className="checkpoint-acts">
          {onRestore === undefined ? null : (
            <Button size="small" icon={<RotateCcw size={12} />} onClick={onRestore} aria-label={`Restore #${number}`}>
              Restore
            </Button>
          )}
          {onFork === undefined ? null : (
            <Button size="small" icon={<GitFork size={12} />} onClick={onFork} aria-label={`Fork #${number}`}>
              Fork
            </Button>
          )}
          {onRemove === undefined ? null : (
            <IconButton size="small" label={`Remove #${number}`} onClick={onRemove}>
              <Trash2 size={13} />
            </IconButton>
          )}
        </div>
      </div>
    </li>
  );
}
