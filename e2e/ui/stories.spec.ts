/** Every component, in every state and theme: whole, readable by all (WCAG 2.2 AA), and as it looked. */
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { listStories, openStory, test, wear } from './workshop.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const colourRules = ['color-contrast', 'link-in-text-block'];
const themes = ['dark', 'light', 'contrast'] as const;
/** Those of which pictures are kept; the third is held by its contrast alone. */
const pictured: readonly string[] = ['dark', 'light'];

for (const story of listStories()) {
  test(`${story.title}: ${story.name}`, async ({ page, workshop }) => {
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    const elsewhere: string[] = [];
    page.on('request', (request) => request.url().startsWith(workshop) || elsewhere.push(request.url()));
    await openStory(page, workshop, story);
    for (const theme of themes) {
      await wear(page, theme);
      const axe = new AxeBuilder({ page });
      // A theme changes colours and nothing else.
      const { violations } = await (theme === themes[0]
        ? axe.withTags(standards)
        : axe.withRules(colourRules)
      ).analyze();
      const told = violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html }) => html).join('\n')}`);
      expect(told, 'what axe found').toEqual([]);
      if (pictured.includes(theme)) {
        const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
        expect.soft(picture).toMatchSnapshot(`${story.id}-${theme}.png`);
      }
    }
    expect(wrong, 'errors of the page').toEqual([]);
    expect(elsewhere, 'requests to elsewhere').toEqual([]);
  });
}
