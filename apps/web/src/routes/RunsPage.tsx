import type { Run } from '@sandglass/protocol';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Frame } from '../features/frame/Frame.tsx';
import { type RunsLook, usualLeftOut } from '../features/runs/look.ts';
import { RunsView } from '../features/runs/RunsView.tsx';
import { FindBox } from '../platform/FindBox.tsx';
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
  useEffect(() => {
    document.title = 'Runs · Sandglass';
  }, []);
  return (
    <Frame
      bar={
        <>
          <h1 className="wall-title">Runs</h1>
          <FindBox
            title="Search the runs"
            group="Runs"
            placeholder="Search calls, output, file names, notes"
            value={look.find ?? ''}
            onChange={(find) => change({ ...look, find })}
          />
        </>
      }
    >
      <RunsView look={look} onLook={change} onOpen={open} />
    </Frame>
  );
}
