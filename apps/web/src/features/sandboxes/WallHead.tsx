import { Button, IconButton, Menu, MenuCheck, MenuChoice, Segments } from '@sandglass/ui';
import { ArrowDownWideNarrow, CircleX, LayoutGrid, List, Snowflake, Tag, TriangleAlert } from 'lucide-react';
import { FilterChip, ListHead } from '../../platform/ListHead.tsx';
import { shownName } from '../../platform/shownName.ts';
import { SavedViews } from './SavedViews.tsx';
import type { WallLook } from './savedViews.ts';
import type { Show, Sort } from './wallModel.ts';

const sortNames: Record<Sort, string> = {
  needs: 'Needs you first',
  newest: 'Newest first',
  oldest: 'Oldest first',
  name: 'By name',
  state: 'By state',
};

interface HeadProps {
  readonly look: WallLook;
  readonly counts: Record<Show, number>;
  readonly labels: readonly { label: string; count: number }[];
  /** Absent keys go back to what is usual. */
  readonly onLook: (look: WallLook) => void;
}

/** What is shown of the wall, and how. */
export function WallHead({ look, counts, labels, onLook }: HeadProps) {
  const change = (part: WallLook) => onLook({ ...look, ...part });
  const show = look.show ?? 'all';
  const chosen = look.labels ?? [];
  const sort = look.sort ?? 'needs';
  return (
    <ListHead
      title="Live"
      tools={
        <>
          <SavedViews look={look} onLook={onLook} />
          {labels.length > 0 ? (
            <Menu
              align="end"
              trigger={
                <Button icon={<Tag size={13} />} aria-label="Filter by label">
                  Labels
                </Button>
              }
            >
              <div className="wall-labels">
                {labels.slice(0, 100).map(({ label, count }) => (
                  <MenuCheck
                    key={label}
                    checked={chosen.includes(label)}
                    onChange={(on) =>
                      change({ labels: on ? [...chosen, label] : chosen.filter((each) => each !== label) })
                    }
                  >
                    <bdi className="wall-labels-name">{shownName(label).slice(0, 80)}</bdi>
                    <span className="wall-labels-count">{count}</span>
                  </MenuCheck>
                ))}
              </div>
            </Menu>
          ) : null}
          <Menu
            align="end"
            trigger={
              <Button icon={<ArrowDownWideNarrow size={13} />} aria-label={`Order: ${sortNames[sort]}`}>
                {sortNames[sort]}
              </Button>
            }
          >
            <MenuChoice
              label="Order"
              value={sort}
              onChange={(next) => change({ sort: next })}
              options={(Object.keys(sortNames) as Sort[]).map((value) => ({ value, label: sortNames[value] }))}
            />
          </Menu>
          <fieldset className="wall-view">
            <legend>View</legend>
            {(
              [
                ['cards', 'Cards', LayoutGrid],
                ['list', 'List', List],
              ] as const
            ).map(([view, name, Icon]) => (
              <IconButton
                key={view}
                label={name}
                pressed={(look.view ?? 'cards') === view}
                onClick={() => change({ view })}
              >
                <Icon size={14} />
              </IconButton>
            ))}
          </fieldset>
        </>
      }
    >
      <Segments
        label="Which sandboxes"
        value={show}
        onChange={(next) => change({ show: next })}
        segments={segmentsOf(counts, show)}
      />
      {chosen.map((label) => (
        <FilterChip
          key={label}
          mono
          text={label}
          label={`Without the label ${shownName(label)}`}
          icon={<Tag size={11} />}
          onRemove={() => change({ labels: chosen.filter((each) => each !== label) })}
        />
      ))}
    </ListHead>
  );
}

/** Groups that hold something, and the one that is chosen. */
function segmentsOf(counts: Record<Show, number>, chosen: Show) {
  const segments = [
    { value: 'all' as const, label: `All ${counts.all}` },
    {
      value: 'needs' as const,
      label: (
        <>
          <TriangleAlert size={12} className="wall-needs" /> Needs you {counts.needs}
        </>
      ),
    },
    { value: 'running' as const, label: `Running ${counts.running}` },
    {
      value: 'frozen' as const,
      label: (
        <>
          <Snowflake size={12} /> Frozen {counts.frozen}
        </>
      ),
    },
    {
      value: 'failed' as const,
      label: (
        <>
          <CircleX size={12} className="wall-failed" /> Failed {counts.failed}
        </>
      ),
    },
    { value: 'ended' as const, label: `Ended ${counts.ended}` },
  ];
  return segments.filter((segment) => segment.value === 'all' || segment.value === chosen || counts[segment.value] > 0);
}
