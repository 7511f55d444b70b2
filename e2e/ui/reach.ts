/** What a page shows to those who enlarge it, or whose system paints it in few colours. */
import { expect, type Page } from '@playwright/test';

/** Of all that can be pressed or typed into: what is out of the window with no way to scroll there, or under something else. */
export async function expectNothingLost(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(wide, `${what}: wider than the window by`).toBeLessThanOrEqual(0);
  expect.soft(await page.evaluate(findLost), `${what}: not to be reached`).toEqual([]);
  expect.soft(await page.evaluate(findBothWays), `${what}: has to be scrolled both ways to be read`).toEqual([]);
}

function findBothWays(): string[] {
  const scrolls = (way: string) => way === 'auto' || way === 'scroll';
  return [...document.querySelectorAll<HTMLElement>('body *')]
    .filter((each) => each.checkVisibility() && each.closest('pre, .xterm, .monaco-editor') === null)
    .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => {
      return clientWidth > 0 && scrollWidth > clientWidth + 1 && scrollHeight > clientHeight + 1;
    })
    .filter((each) => scrolls(getComputedStyle(each).overflowX) && scrolls(getComputedStyle(each).overflowY))
    .map((each) => `${each.className}: ${each.scrollWidth} in ${each.clientWidth} px`);
}

async function findLost(): Promise<string[]> {
  const wanted = 'a[href], button, input, select, textarea, [role="tab"], [role="switch"], [role="treeitem"]';
  const lost: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>(wanted)) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest('[aria-hidden="true"], [inert]') !== null || element.matches('.xterm-helper-textarea'))
      continue;
    const style = getComputedStyle(element);
    // The way past the rail comes when it is focused.
    if (element.matches('a[href^="#"]')) continue;
    // Only for screen readers, or a field that stands behind its drawing.
    if (style.clipPath !== 'none' || style.opacity === '0' || style.pointerEvents === 'none') continue;
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const name = `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || y < 0 || x > window.innerWidth || y > window.innerHeight) {
      lost.push(`${name} is outside, at ${Math.round(x)},${Math.round(y)}`);
      continue;
    }
    const top = document.elementFromPoint(x, y);
    const related =
      top !== null && (element.contains(top) || top.contains(element) || top.closest('label')?.contains(element));
    if (!related) lost.push(`${name} is under ${top?.tagName.toLowerCase()}.${top?.className}`);
  }
  return lost;
}

/** Walks with Tab and holds that each place can be told from the others while it has the focus. */
export async function expectFocusSeen(page: Page, steps: number): Promise<void> {
  const unseen: string[] = [];
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (element === null || element === document.body) return null;
      const marks = [element, element.parentElement, element.nextElementSibling].filter((each) => each !== null);
      // A ring may be drawn around all of a card, by what its link covers it with.
      const styles = [...marks.map((each) => getComputedStyle(each)), getComputedStyle(element, '::after')];
      const isMarked = styles.some(({ outlineStyle, outlineWidth }) => {
        return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
      });
      return isMarked ? null : `${element.tagName.toLowerCase()}.${element.className}`;
    });
    if (found !== null) unseen.push(found);
  }
  expect.soft(unseen, 'focused, and nothing shows it').toEqual([]);
}
