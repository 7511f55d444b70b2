// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Tabs } from './Tabs.tsx';

afterEach(cleanup);

it('walks by arrows, and shows the chosen panel alone', async () => {
  function World() {
    const [value, setValue] = useState('files');
    return (
      <Tabs
        label="Views"
        value={value}
        onChange={setValue}
        tabs={[
          { value: 'files', label: 'Files', panel: 'all of them' },
          { value: 'changes', label: 'Changes', count: 7, panel: 'seven' },
        ]}
      />
    );
  }
  render(<World />);
  screen.getByRole('tab', { name: 'Files' }).focus();
  await userEvent.keyboard('{ArrowRight}');
  await vi.waitFor(() => expect(screen.getByRole('tab', { selected: true }).textContent).toContain('Changes'));
  expect(screen.getByRole('tabpanel').textContent).toBe('seven');
});
