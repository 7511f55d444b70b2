// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Button,
  Dialog,
  ErrorState,
  Field,
  formatAge,
  IconButton,
  Input,
  Menu,
  MenuItem,
  Pill,
  RelativeTime,
  Segments,
  Switch,
  Table,
} from './index.ts';

afterEach(cleanup);

describe('Button', () => {
  it('cannot be pressed twice while what it asked for is on its way', async () => {
    const press = vi.fn();
    const { rerender } = render(<Button onClick={press}>Freeze</Button>);
    await userEvent.click(screen.getByRole('button', { name: 'Freeze' }));
    rerender(
      <Button onClick={press} busy>
        Freezing…
      </Button>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Freezing…' }));
    expect(press).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('button').getAttribute('aria-busy')).toBe('true');
  });
});

it('IconButton has a name and says whether it is pressed', () => {
  render(
    <IconButton label="Cards" pressed>
      <svg aria-hidden="true" />
    </IconButton>,
  );
  expect(screen.getByRole('button', { name: 'Cards', pressed: true })).toBeTruthy();
});

it('Dialog takes focus, has its title as its name, and closes with Escape', async () => {
  function World() {
    const [open, setOpen] = useState(false);
    return (
      <>
        <Button onClick={() => setOpen(true)}>Ask</Button>
        <Dialog open={open} onOpenChange={setOpen} title="Kill it?" description="This cannot be undone.">
          <p>Its files go.</p>
        </Dialog>
      </>
    );
  }
  render(<World />);
  await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
  const dialog = await screen.findByRole('dialog', { name: 'Kill it?' });
  await vi.waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('Menu opens and chooses by keyboard', async () => {
  const choose = vi.fn();
  render(
    <Menu trigger={<Button>Actions</Button>}>
      <MenuItem onSelect={choose}>Freeze</MenuItem>
    </Menu>,
  );
  screen.getByRole('button', { name: 'Actions' }).focus();
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('menuitem', { name: 'Freeze' });
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await vi.waitFor(() => expect(choose).toHaveBeenCalledTimes(1));
});

it('Field ties label, hint and error to its control', () => {
  render(
    <Field label="Memory" hint="in MB" error="a whole number">
      <Input defaultValue="1.5" />
    </Field>,
  );
  const input = screen.getByRole('textbox', { name: 'Memory' });
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('a whole number')).toBeTruthy();
});

it('Segments and Switch tell what was chosen', async () => {
  const choose = vi.fn();
  const flip = vi.fn();
  render(
    <>
      <Segments
        label="Show"
        value="all"
        segments={[
          { value: 'all', label: 'All' },
          { value: 'frozen', label: 'Frozen' },
        ]}
        onChange={choose}
      />
      <Switch label="Checkpoint first" checked={false} onChange={flip} />
    </>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Frozen' }));
  await userEvent.click(screen.getByRole('switch', { name: 'Checkpoint first' }));
  expect(choose).toHaveBeenCalledWith('frozen');
  expect(flip.mock.calls[0]?.[0]).toBe(true);
});

it('Table is one by role, with heads and rows', () => {
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

it('ErrorState is announced and shows the id to quote', () => {
  render(
    <ErrorState title="It did not work" id="req_1">
      Nothing was changed.
    </ErrorState>,
  );
  expect(screen.getByRole('alert').textContent).toContain('req_1');
});

it('Pill says its state in words, not by colour alone', () => {
  render(
    <Pill tone="warn" moving>
      Freezing…
    </Pill>,
  );
  expect(screen.getByText('Freezing…')).toBeTruthy();
});

it('RelativeTime shows the age and carries the exact time', () => {
  render(<RelativeTime atMs={1_000} nowMs={121_000} />);
  expect(screen.getByText('2m').getAttribute('datetime')).toBe('1970-01-01T00:00:01.000Z');
  expect([-5, 59_000, 3_600_000, 90_000_000].map(formatAge)).toEqual(['0s', '59s', '1h', '1d']);
});
