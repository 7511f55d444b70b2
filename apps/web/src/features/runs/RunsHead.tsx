import { RunOutcome, type RunSort, type RunSummary } from '@sandglass/protocol';
import { Button, Menu, MenuChoice, MenuSeparator, Segments } from '@sandglass/ui';
import { CircleX, ListFilter, Tag } from 'lucide-react';
import { FilterChip, ListHead } from '../../platform/ListHead.tsx';
import { shownName } from '../../platform/shownName.ts';
import type { RunsLook, Show } from './look.ts';
import { outcomes, sorts } from './words.ts';

interface HeadProps {
  readonly look: RunsLook;
  readonly summary: RunSummary | undefined;
  readonly onLook: (look: RunsLook) => void;
}

const ANY = '';
const anyOf = (values: readonly string[], chosen: string | undefined, any: string) => [
  { value: ANY, label: any },
  ...[...new Set(chosen === undefined ? values : [...values, chosen])].map((value) => ({
    value,
    label: shownName(value).slice(0, 60),
  })),
];

/** Which runs are shown, and in which order. */
export function RunsHead({ look, summary, onLook }: HeadProps) {
  const change = (part: RunsLook) => onLook({ ...look, ...part });
  const show = look.show ?? 'all';
  const sort = look.sort ?? 'newest';
  const chips = (['agent', 'label', 'outcome'] as const).flatMap((key) => {
    const value = look[key];
    return value === undefined ? [] : [{ key, value: key === 'outcome' ? outcomes[look.outcome!].word : value }];
  });
  const choose = (key: 'agent' | 'label' | 'outcome') => (value: string) =>
    change({ [key]: value === ANY ? undefined : value });
  return (
    <ListHead
      title="Review"
      tools={
        <Menu
          align="end"
          trigger={
            <Button icon={<ListFilter size={13} />} aria-label={`Filter and order: ${sorts[sort]}`}>
              Filter
            </Button>
          }
        >
          <div className="runs-menu">
            <MenuChoice
              label="Order"
              value={sort}
              onChange={(next) => change({ sort: next })}
              options={(Object.keys(sorts) as RunSort[]).map((value) => ({ value, label: sorts[value] }))}
            />
            <MenuSeparator />
            <MenuChoice
              label="Outcome"
              value={look.outcome ?? ANY}
              onChange={choose('outcome')}
              options={[
                { value: ANY, label: 'Any outcome' },
                ...(['running', ...RunOutcome.options] as const).map((value) => ({
                  value,
                  label: outcomes[value].word,
                })),
              ]}
            />
            <MenuSeparator />
            <MenuChoice
              label="Agent"
              value={look.agent ?? ANY}
              onChange={choose('agent')}
              options={anyOf(summary?.agents ?? [], look.agent, 'Any agent')}
            />
            <MenuSeparator />
            <MenuChoice
              label="Label"
              value={look.label ?? ANY}
              onChange={choose('label')}
              options={anyOf(summary?.labels ?? [], look.label, 'Any label')}
            />
          </div>
        </Menu>
      }
    >
      <Segments
        label="Which runs"
        value={show}
        onChange={(next) => change({ show: next })}
        segments={segmentsOf(summary, show)}
      />
      {chips.map(({ key, value }) => (
        <FilterChip
          key={key}
          text={value}
          label={`Any ${key} again, not only ${shownName(value)}`}
          icon={key === 'label' ? <Tag size={11} /> : null}
          onRemove={() => change({ [key]: undefined })}
        />
      ))}
    </ListHead>
  );
}

/** Groups that hold something, those one always looks for, and the one that is chosen. */
function segmentsOf(summary: RunSummary | undefined, chosen: Show) {
  const count = (value: number | undefined) => (value === undefined ? '' : ` ${value.toLocaleString('en')}`);
  const all: { value: Show; label: React.ReactNode; count: number | undefined; always?: boolean }[] = [
    { value: 'review', label: `To review${count(summary?.toReview)}`, count: summary?.toReview, always: true },
    { value: 'all', label: `All${count(summary?.total)}`, count: summary?.total, always: true },
    { value: 'mine', label: 'Mine', count: 0, always: true },
    {
      value: 'failed',
      label: (
        <>
          <CircleX size={12} className="runs-failed" /> Failed{count(summary?.failed)}
        </>
      ),
      count: summary?.failed,
    },
    { value: 'pass', label: `Pass${count(summary?.pass)}`, count: summary?.pass },
    { value: 'fail', label: `Fail${count(summary?.fail)}`, count: summary?.fail },
    { value: 'unsure', label: `Unsure${count(summary?.unsure)}`, count: summary?.unsure },
  ];
  return all
    .filter((each) => each.always === true || each.value === chosen || (each.count ?? 0) > 0)
    .map(({ value, label }) => ({ value, label }));
}
