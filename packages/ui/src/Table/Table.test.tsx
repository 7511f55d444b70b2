// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Table } from './Table.tsx';

afterEach(cleanup);

it('is a table by role, with heads and rows', () => {
  render(
    <Table
      label="Requests"
      rows={[{ host: 'a.test' }]}
      rowKey={(row) => row.host}
      columns={[{ key: 'host', head: 'Host', cell: (row) => row.host }]}
    />,
  );
  expect(screen.getByRole('table', { name: 'Requests' })).toBeTruthy();
  expect(screen.getByRole('columnheader', { name: 'Host' })).toBeTruthy();
  expect(screen.getByRole('cell', { name: 'a.test' })).toBeTruthy();
});
