import { expect, it } from 'vitest';
import { refOf } from './demoAgent.ts';
import { files, fixes } from './shop.ts';

type Total = (item: string, code: string) => number;
const load = async (source: string): Promise<Total> =>
  ((await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`)) as { total: Total }).total;

it('the shop has the bug that the agent finds, and each answer of the person mends it', async () => {
  const source = files['total.js']!;
  expect((await load(source))('mug', 'SPRING-25')).toBe(-12.5);
  const mended = await Promise.all(Object.values(fixes).map((fix) => load(fix(source))));
  expect(mended.map((total) => total('mug', 'SPRING-25'))).toEqual([0, 12.5]);
  for (const total of mended) expect(total('mug', 'WELCOME-5')).toBe(7.5);
});

it('finds an element in a page by its role and name', () => {
  const page = 'Checkout\n- textbox "Discount code" [e3]\n- button "Apply code" [e12] focused';
  expect(refOf(page, 'textbox', 'Discount code')).toBe('e3');
  expect(refOf(page, 'button', 'Apply code')).toBe('e12');
  expect(() => refOf(page, 'button', 'Pay')).toThrow('no button “Pay”');
});
