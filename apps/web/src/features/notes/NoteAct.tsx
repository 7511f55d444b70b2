import type { RunId, Sandbox } from '@sandglass/protocol';
import { IconButton } from '@sandglass/ui';
import { MessageSquarePlus } from 'lucide-react';
import { usePlayhead } from '../../platform/playhead.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { noteDraft } from './noteDraft.ts';

/** The way to begin a note, in the bar of the timeline, in ⌘K and by its key. */
export function NoteAct({ sandbox, run, onBegin }: { sandbox: Sandbox; run: RunId | undefined; onBegin: () => void }) {
  const playhead = usePlayhead();
  const mayWrite = useMayOperate(sandbox);
  const begin = () => {
    playhead.pause();
    const { head } = playhead.state;
    noteDraft(sandbox.id).begin(head.phase === 'live' ? playhead.end.nowUs : head.atUs, run ?? null);
    onBegin();
  };
  useActions([
    {
      id: 'note.begin',
      title: 'Pin a note to this moment',
      group: 'Timeline',
      icon: <MessageSquarePlus size={14} />,
      shortcut: 'M',
      keywords: 'comment annotate write mark',
      blocked: mayWrite ? undefined : mayOnlyWatch,
      run: begin,
    },
  ]);
  if (!mayWrite) return null;
  return (
    <IconButton size="small" label="Pin a note to this moment" shortcut="M" onClick={begin}>
      <MessageSquarePlus size={14} />
    </IconButton>
  );
}
