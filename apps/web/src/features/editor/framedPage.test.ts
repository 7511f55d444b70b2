import { expect, it } from 'vitest';
import { framedPage, isPage } from './framedPage.ts';

it('puts its policy before everything that the page says', () => {
  const page = framedPage(
    '<!doctype html><meta http-equiv="content-security-policy" content="default-src *"><script>1</script>',
  );
  expect(page.indexOf("default-src 'none'")).toBeLessThan(page.indexOf('default-src *'));
  expect(page).toMatch(/^<!doctype html><meta http-equiv="content-security-policy" content="default-src 'none'/);
});

it('knows a page by its name', () => {
  expect(['a.html', 'A.HTM', '/x/y.xhtml', 'html', 'a.html.txt', 'a.svg'].map(isPage)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
