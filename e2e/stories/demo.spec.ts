/** The first minute: one click, and an agent works; a person is asked once, and answers. */
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../access.ts';
import { nothingWarm, useWorld } from '../world.ts';

const world = useWorld(nothingWarm);

test('the demo agent finds a bug by using the shop, asks what to do, mends it and proves it', async ({ browser }) => {
  test.setTimeout(180_000);
  await using at = await world.open(browser, '/', { viewport: { width: 1600, height: 1000 } });
  const { page } = at;
  await page.getByRole('button', { name: 'Watch the demo agent' }).click();
  await expect(page).toHaveURL(/\/s\/sbx_/, { timeout: 30_000 });
  const activity = page.getByRole('log', { name: 'Events' });
  await expect(activity).toContainText('try the code as a customer would', { timeout: 30_000 });
  const card = page.getByRole('region', { name: 'The agent asks you' });
  await expect(card).toContainText('larger than the price', { timeout: 90_000 });
  await expect(activity).toContainText('fill textbox "Discount code"');
  await expectAccessible(page, 'the demo agent asks');
  await card.getByRole('button', { name: 'Refuse the code' }).click();
  await expect(activity).toContainText('Done. “Refuse the code” is in total.js', { timeout: 60_000 });
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByText('SPRING-25').first()).toBeVisible();
  await expect(page.getByText('succeeded', { exact: false }).first()).toBeVisible();
});
