/** How a page is held against those who do not use a mouse or see every colour. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

const themes = ['dark', 'light'] as const;

/** Holds what is on the page (or in one part of it) against WCAG 2.2 AA in both themes, still. */
export async function expectAccessible(page: Page, what: string, within?: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    const builder = new AxeBuilder({ page });
    const { violations } = await (within === undefined ? builder : builder.include(within))
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      // What a program drew is its own.
      .exclude('.xterm-screen')
      .analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

/** Walks with Tab until the wanted place has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted.first()).toBeVisible();
  for (let step = 0; step < 60; step++) {
    if (await wanted.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Sixty steps of Tab did not reach ${wanted}.`);
}
