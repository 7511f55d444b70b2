import type { RunId, Sandbox } from '@sandglass/protocol';
import { IconButton } from '@sandglass/ui';
import { MessageSquarePlus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { actions } from '../../platform/actions.ts';
import { usePlayhead } from '../../platform/playhead.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { noteDraft } from './noteDraft.ts';

const ID = 'note.begin';

/** The way to begin a note: by its key and in ⌘K, wherever one is in the console. */
export function NoteAction({
  sandbox,
  run,
  ready,
  onBegin,
}: {
  sandbox: Sandbox;
  run: RunId | undefined;
  /** Its pane can be shown. */
  ready: boolean;
  onBegin: () => void;
}) {
  const playhead = usePlayhead();
  const mayWrite = useMayOperate(sandbox);
  const returned = useRef(false);
  // Half a note that the page was left with is before one's eyes again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    if (!ready || returned.current) return;
    returned.current = true;
    if (mayWrite && noteDraft(sandbox.id).state.open) onBegin();
  }, [ready]);
  useActions([
    {
      id: ID,
      title: 'Pin a note to this moment',
      group: 'Timeline',
      icon: <MessageSquarePlus size={14} />,
      shortcut: 'M',
      keywords: 'comment annotate write mark',
      blocked: mayWrite ? undefined : mayOnlyWatch,
      run: () => {
        playhead.pause();
        const { head } = playhead.state;
        noteDraft(sandbox.id).begin(head.phase === 'live' ? playhead.end.nowUs : head.atUs, run ?? null);
        onBegin();
      },
    },
  ]);
  return null;
}

/** The same as a button, in the bar of the timeline. */
export function NoteButton({ sandbox }: { sandbox: Sandbox }) {
  if (!useMayOperate(sandbox)) return null;
  return (
    <IconButton size="small" label="Pin a note to this moment" shortcut="M" onClick={() => actions.run(ID)}>
      <MessageSquarePlus size={14} />
    </IconButton>
  );
}
