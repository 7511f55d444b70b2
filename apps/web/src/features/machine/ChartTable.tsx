import { Table } from '@sandglass/ui';
import { type Chart, type Range, summaryOf } from './charts.ts';
import { formatValue } from './chartValues.ts';
import { ScrollBox } from './ScrollBox.tsx';

interface Row {
  readonly name: string;
  readonly cells: Readonly<Record<'now' | 'least' | 'mean' | 'most', string>>;
}

/** The charts in numbers, for who does not see lines, or wants to copy them. */
export function ChartTable({ charts, minutes }: { charts: readonly Chart[]; minutes: Range }) {
  const rows = charts.flatMap(({ title, unit, lines }): Row[] =>
    lines.flatMap((line) => {
      const summary = summaryOf(line.values);
      if (summary === null) return [];
      const cell = (value: number) => formatValue(unit, value);
      const { now, least, mean, most } = summary;
      return [
        {
          name: `${title}, ${line.name}`,
          cells: { now: cell(now), least: cell(least), mean: cell(mean), most: cell(most) },
        },
      ];
    }),
  );
  const column = (key: keyof Row['cells'], head: string) => ({
    key,
    head,
    mono: true,
    align: 'end' as const,
    cell: (row: Row) => row.cells[key],
  });
  return (
    <ScrollBox label="Charts in numbers">
      <Table<Row>
        label={`Resources over ${minutes} minutes`}
        rows={rows}
        rowKey={(row) => row.name}
        columns={[
          { key: 'name', head: 'What', cell: (row) => row.name },
          column('now', 'Now'),
          column('least', 'Least'),
          column('mean', 'Mean'),
          column('most', 'Most'),
        ]}
      />
    </ScrollBox>
  );
}
