// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { Button } from '../Button/Button.tsx';
import { Tooltip } from './Tooltip.tsx';

afterEach(cleanup);

it('says the name and the key of what has focus', async () => {
  render(
    <Tooltip label="Goes on from here" shortcut="F8">
      <Button>Continue</Button>
    </Tooltip>,
  );
  await userEvent.tab();
  expect((await screen.findByText('Goes on from here')).textContent).toBe('Goes on from hereF8');
});
