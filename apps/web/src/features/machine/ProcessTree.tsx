import { ChevronDown, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { nameOf, type ProcessRow } from './processTree.ts';

interface ProcessTreeProps {
  readonly rows: readonly ProcessRow[];
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
  readonly onToggle: (key: string, open: boolean) => void;
}

/** A fork bomb must not stop the page; the filter finds what is not drawn. */
const MOST_DRAWN = 400;

/** Rows with the arrow keys: up and down choose, left and right close and open a branch. */
export function ProcessTree({ rows, chosen, onChoose, onToggle }: ProcessTreeProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const drawn = rows.slice(0, MOST_DRAWN);
  const at = drawn.findIndex((row) => row.key === chosen);
  const go = (index: number) => {
    const row = drawn[Math.max(0, Math.min(drawn.length - 1, index))];
    if (row === undefined) return;
    onChoose(row.key);
    body.current?.querySelector<HTMLElement>(`[data-key="${row.key}"]`)?.focus();
  };
  const handleKey = (event: KeyboardEvent) => {
    const row = drawn[at];
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(drawn.length - 1);
    else if (event.key === 'ArrowRight' && row !== undefined) onToggle(row.key, true);
    else if (event.key === 'ArrowLeft' && row !== undefined) onToggle(row.key, false);
    else return;
    event.preventDefault();
  };
  return (
    <div className="machine-scroll">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows that open and are chosen are a treegrid */}
      <table className="machine-tree" role="treegrid" aria-label="Processes" onKeyDown={handleKey}>
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col" className="machine-end">
              Cpu
            </th>
            <th scope="col" className="machine-end">
              Memory
            </th>
            <th scope="col" className="machine-end machine-roomy">
              Pid
            </th>
            <th scope="col" className="machine-roomy">
              User
            </th>
            <th scope="col" className="machine-end machine-roomy">
              Running for
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {drawn.map((row, index) => (
            <Row
              key={row.key}
              row={row}
              chosen={row.key === chosen}
              // One stop of Tab: the chosen row, else the first.
              reachable={at < 0 ? index === 0 : index === at}
              onChoose={() => onChoose(row.key)}
              onToggle={() => onToggle(row.key, !row.open)}
            />
          ))}
        </tbody>
      </table>
      {rows.length > MOST_DRAWN ? (
        <p className="machine-rest">{rows.length - MOST_DRAWN} more. Filter to find one of them.</p>
      ) : null}
    </div>
  );
}

interface RowProps {
  readonly row: ProcessRow;
  readonly chosen: boolean;
  readonly reachable: boolean;
  readonly onChoose: () => void;
  readonly onToggle: () => void;
}

function Row({ row, chosen, reachable, onChoose, onToggle }: RowProps) {
  const { process, depth, share } = row;
  const Arrow = row.open ? ChevronDown : ChevronRight;
  return (
    <tr
      data-key={row.key}
      aria-level={depth + 1}
      aria-selected={chosen}
      aria-expanded={row.children > 0 ? row.open : undefined}
      tabIndex={reachable ? 0 : -1}
      onClick={onChoose}
      onFocus={onChoose}
      title={shownName(process.arguments.join(' ') || process.command)}
    >
      <td>
        <span className="machine-branch" style={{ paddingLeft: Math.min(depth, 12) * 14 }}>
          {row.children > 0 ? (
            // The arrow keys do the same; a row holds no second stop of Tab.
            <span className="machine-arrow" aria-hidden="true" onClick={onToggle}>
              <Arrow size={12} />
            </span>
          ) : (
            <span className="machine-arrow" />
          )}
          <span className="machine-name" data-state={process.state}>
            {shownName(nameOf(process)).slice(0, 300)}
          </span>
          {process.state === 'T' ? <span className="machine-warn">stopped</span> : null}
          {process.state === 'Z' ? <span className="machine-warn">zombie</span> : null}
        </span>
      </td>
      <td className="machine-end">{share === null ? '–' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`}</td>
      <td className="machine-end">{formatBytes(process.memoryBytes)}</td>
      <td className="machine-end machine-roomy">{process.pid}</td>
      <td className="machine-roomy">{shownName(process.user)}</td>
      <td className="machine-end machine-roomy">
        <Elapsed startedAtMs={process.startedAtMs} />
      </td>
    </tr>
  );
}

/** As of the last drawing, which comes with each new sample. */
function Elapsed({ startedAtMs }: { startedAtMs: number }) {
  const seconds = Math.max(0, Math.floor((Date.now() - startedAtMs) / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours >= 48) return <>{Math.floor(hours / 24)} d</>;
  if (hours > 0) return <>{`${hours} h ${minutes} m`}</>;
  return <>{minutes > 0 ? `${minutes} m ${seconds % 60} s` : `${seconds} s`}</>;
}
