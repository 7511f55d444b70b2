import { Button, IconButton } from '@sandglass/ui';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileUp, Plus } from 'lucide-react';
import { lazy, useState } from 'react';
import { DropRecording } from '../features/bundle/DropRecording.tsx';
import { Frame } from '../features/frame/Frame.tsx';
import type { WallLook } from '../features/sandboxes/savedViews.ts';
import { Wall } from '../features/sandboxes/Wall.tsx';
import { FindBox } from '../platform/FindBox.tsx';
import { LazyPart } from '../platform/LazyPart.tsx';
import { useAction } from '../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../platform/useSession.ts';
import { useOpenRecording } from './openRecording.ts';
import './wallPage.css';

const CreateSheet = lazy(() => import('../features/sandboxes/CreateSheet.tsx'));

/** Home: every sandbox of this server. */
export function WallPage() {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const mayOperate = useMayOperate();
  const recording = useOpenRecording();
  const [creating, setCreating] = useState<'never' | 'open' | 'closed'>('never');
  const open = (id: string) => void navigate({ to: '/s/$sandbox', params: { sandbox: id as never } });
  const look = (next: WallLook) => void navigate({ search: usualLeftOut(next), replace: true });
  const startCreating = mayOperate ? () => setCreating('open') : undefined;
  useAction({
    id: 'sandbox.create',
    title: 'New sandbox…',
    group: 'Sandboxes',
    icon: <Plus size={14} />,
    shortcut: 'N',
    blocked: mayOperate ? undefined : mayOnlyWatch,
    run: () => setCreating('open'),
  });
  return (
    <Frame
      bar={
        <>
          <h1 className="wall-title">Sandboxes</h1>
          <FindBox
            title="Find sandboxes"
            group="Sandboxes"
            placeholder="Find by name, id or label"
            value={search.find ?? ''}
            onChange={(find) => look({ ...search, find })}
          />
          <IconButton label="Open a recording…" onClick={recording.choose}>
            <FileUp size={15} />
          </IconButton>
          {mayOperate ? (
            <Button tone="primary" icon={<Plus size={14} />} onClick={() => setCreating('open')}>
              New sandbox
            </Button>
          ) : null}
        </>
      }
    >
      <DropRecording onFile={recording.open} />
      <Wall look={search} onLook={look} onOpen={open} onCreate={startCreating} />
      {creating === 'never' ? null : (
        <LazyPart asked={creating === 'open'}>
          <CreateSheet
            open={creating === 'open'}
            onOpenChange={(next) => setCreating(next ? 'open' : 'closed')}
            onCreated={open}
          />
        </LazyPart>
      )}
    </Frame>
  );
}

/** An address says only what is not as usual. */
function usualLeftOut({ show, find, labels, sort, view }: WallLook): WallLook {
  return {
    ...(show === undefined || show === 'all' ? {} : { show }),
    ...(find === undefined || find === '' ? {} : { find }),
    ...(labels === undefined || labels.length === 0 ? {} : { labels }),
    ...(sort === undefined || sort === 'needs' ? {} : { sort }),
    ...(view === undefined || view === 'cards' ? {} : { view }),
  };
}
