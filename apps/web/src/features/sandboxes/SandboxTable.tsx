import type { Sandbox } from '@sandglass/protocol';
import { Button, Checkbox, type Column, ContextMenu, Menu, MenuCheck, RelativeTime, Table } from '@sandglass/ui';
import { Link, useNavigate } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Columns3, TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { z } from 'zod';
import { useAsked } from '../../platform/lifecycle.ts';
import { StatusPill } from '../../platform/StatusPill.tsx';
import { shownName } from '../../platform/shownName.ts';
import { isEnded, statusOf } from '../../platform/status.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { CardItems } from './CardItems.tsx';
import { lastLine } from './SandboxCard.tsx';
import { useCard, useInView } from './useCard.ts';
import { useWall } from './wallContext.ts';
import { labelsOf, type Sort } from './wallModel.ts';

const choices = ['state', 'last', 'image', 'labels', 'id', 'limits', 'age'] as const;
type Choice = (typeof choices)[number];
const Choices = z.array(z.enum(choices));
const heads: Record<Choice, string> = {
  state: 'State',
  last: 'Last',
  image: 'Image',
  labels: 'Labels',
  id: 'Id',
  limits: 'Limits',
  age: 'Age',
};
const usual: readonly Choice[] = ['state', 'last', 'image', 'labels', 'age'];
const PREFERENCE = 'wall.columns';

interface TableProps {
  readonly sandboxes: readonly Sandbox[];
  readonly nowMs: number;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly allChosen: boolean;
  readonly onChooseAll: (on: boolean) => void;
}

/** The wall as a list: more of them on a screen, more of each. */
export function SandboxTable({ sandboxes, sort, onSort, allChosen, onChooseAll }: TableProps) {
  const wall = useWall();
  const navigate = useNavigate();
  const [shown, setShown] = useState<readonly Choice[]>(() => readPreference(PREFERENCE, Choices) ?? usual);
  const choose = (choice: Choice, on: boolean) => {
    const next = choices.filter((each) => (each === choice ? on : shown.includes(each)));
    setShown(next);
    writePreference(PREFERENCE, next);
  };
  const columns: Column<Sandbox>[] = [
    {
      key: 'choose',
      head: (
        <Checkbox
          label="Select all"
          checked={allChosen}
          some={!allChosen && wall.chosen.size > 0}
          onChange={onChooseAll}
        />
      ),
      width: '42px',
      cell: (sandbox) => (
        <Checkbox
          label={`Select ${shownName(sandbox.name).slice(0, 80)}`}
          checked={wall.chosen.has(sandbox.id)}
          onChange={(_, event) =>
            'shiftKey' in event && event.shiftKey ? wall.extend(sandbox.id) : wall.toggle(sandbox.id)
          }
        />
      ),
    },
    {
      key: 'name',
      head: 'Name',
      sort: sort === 'name' ? 'ascending' : 'none',
      onSort: () => onSort('name'),
      width: '26%',
      cell: (sandbox) => (
        <Link to="/s/$sandbox" params={{ sandbox: sandbox.id }} data-card-link="" title={shownName(sandbox.name)}>
          <bdi>{shownName(sandbox.name).slice(0, 160)}</bdi>
        </Link>
      ),
    },
    ...shown.map((choice) => columnOf(choice, sort, onSort)),
  ];
  return (
    <>
      <div className="list-tools">
        <Menu
          align="end"
          trigger={
            <Button size="small" tone="quiet" icon={<Columns3 size={13} />}>
              Columns
            </Button>
          }
        >
          {choices.map((choice) => (
            <MenuCheck key={choice} checked={shown.includes(choice)} onChange={(on) => choose(choice, on)}>
              {heads[choice]}
            </MenuCheck>
          ))}
        </Menu>
      </div>
      <div className="list-scroll">
        <Table
          label="Sandboxes"
          rows={sandboxes}
          rowKey={(sandbox) => sandbox.id}
          columns={columns}
          rowClass={(sandbox) => clsx(wall.chosen.has(sandbox.id) && 'list-chosen')}
          wrapRow={(sandbox, row) => (
            <ContextMenu
              items={
                <CardItems
                  sandbox={sandbox}
                  onOpen={() => void navigate({ to: '/s/$sandbox', params: { sandbox: sandbox.id } })}
                />
              }
            >
              {row}
            </ContextMenu>
          )}
        />
      </div>
    </>
  );
}

function columnOf(choice: Choice, sort: Sort, onSort: (sort: Sort) => void): Column<Sandbox> {
  const base = { key: choice, head: heads[choice] };
  switch (choice) {
    case 'state':
      return {
        ...base,
        width: '190px',
        sort: sort === 'state' ? 'ascending' : 'none',
        onSort: () => onSort('state'),
        cell: (sandbox) => <State sandbox={sandbox} />,
      };
    case 'last':
      return { ...base, cell: (sandbox) => <Last sandbox={sandbox} /> };
    case 'image':
      return { ...base, width: '92px', cell: (sandbox) => sandbox.image };
    case 'labels':
      return {
        ...base,
        mono: true,
        width: '18%',
        cell: (sandbox) => <bdi>{shownName(labelsOf(sandbox).join(' ')).slice(0, 400)}</bdi>,
      };
    case 'id':
      return { ...base, mono: true, width: '160px', cell: (sandbox) => sandbox.id };
    case 'limits':
      return {
        ...base,
        mono: true,
        width: '150px',
        cell: ({ limits }) => `${limits.cpus} cpu · ${limits.memoryMb} MB`,
      };
    case 'age':
      return {
        ...base,
        mono: true,
        align: 'end',
        width: '80px',
        sort: sort === 'newest' ? 'ascending' : sort === 'oldest' ? 'descending' : 'none',
        onSort: () => onSort(sort === 'newest' ? 'oldest' : 'newest'),
        cell: (sandbox) => <RelativeTime atMs={sandbox.createdAtMs} />,
      };
  }
}

function State({ sandbox }: { sandbox: Sandbox }) {
  const why = useWall().needs.get(sandbox.id);
  return (
    <span className="list-state">
      <StatusPill sandbox={sandbox} />
      {why !== undefined && sandbox.phase !== 'failed' ? (
        <span className="list-why">
          <TriangleAlert size={12} /> {why}
        </span>
      ) : null}
    </span>
  );
}

/** The last call, followed while its row is in view. */
function Last({ sandbox }: { sandbox: Sandbox }) {
  const ref = useRef<HTMLSpanElement>(null);
  const inView = useInView(ref);
  const { last } = useCard(sandbox.id, inView && !isEnded(sandbox));
  const status = statusOf(sandbox, useAsked(sandbox.id));
  const text = lastLine(sandbox, { status, why: undefined, last: last.at(-1) });
  return (
    <span ref={ref} title={text}>
      <bdi>{text}</bdi>
    </span>
  );
}
