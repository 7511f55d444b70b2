import type { Run } from '@sandglass/protocol';
import { Input } from '@sandglass/ui';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect } from 'react';
import { Frame } from '../features/frame/Frame.tsx';
import { type RunsLook, usualLeftOut } from '../features/runs/look.ts';
import { RunsView } from '../features/runs/RunsView.tsx';
import { useActions } from '../platform/useAction.ts';
import './wallPage.css';

/** The review queue: every run of this server. */
export function RunsPage() {
  const look = useSearch({ from: '/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const change = (next: RunsLook) => void navigate({ search: usualLeftOut(next), replace: true });
  const open = (run: Run, atUs?: number) =>
    void navigate({
      to: '/s/$sandbox',
      params: { sandbox: run.sandbox },
      search: { run: run.id, ...(atUs === undefined ? {} : { t: Math.round(atUs) }) },
    });
  useActions([
    {
      id: 'runs.find',
      title: 'Search the runs',
      group: 'Runs',
      icon: <Search size={14} />,
      shortcut: '/',
      run: () => document.getElementById('runs-find')?.focus(),
    },
  ]);
  useEffect(() => {
    document.title = 'Runs · Sandglass';
  }, []);
  return (
    <Frame
      bar={
        <>
          <h1 className="wall-title">Runs</h1>
          <div className="wall-find">
            <Search size={14} className="wall-find-icon" />
            <Input
              id="runs-find"
              type="search"
              aria-label="Search the runs"
              placeholder="Search calls, output, file names, notes"
              value={look.find ?? ''}
              maxLength={200}
              onValueChange={(find) => change({ ...look, find })}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || (look.find ?? '') === '') return;
                event.preventDefault();
                change({ ...look, find: '' });
              }}
            />
          </div>
        </>
      }
    >
      <RunsView look={look} onLook={change} onOpen={open} />
    </Frame>
  );
}
