/** Text on the screen: rules that ask for the title of a window or the page that is open. */
import type { NewLogEvent, ScreenWindow } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { person, RulesWorld } from './rulesWorld.ts';

function changed(titles: readonly string[], active: number | null = titles.length): NewLogEvent {
  const windows: ScreenWindow[] = titles.map((title, at) => ({ id: at + 1, title, application: 'Chromium' }));
  const data = { windows, active, opened: active === null ? [] : [active], closed: [], titled: [] };
  return { kind: 'windows.changed', actor: 'system', data };
}
const page = (url: string, title = ''): NewLogEvent => ({
  kind: 'page.navigated',
  actor: 'agent',
  data: { page: 'A1', url, title, moved: true },
});

it('a call is held by the title of the window that has the keyboard, no longer when another has it', async () => {
  await using world = await RulesWorld.open();
  const entry = world.add();
  const own = { kind: 'sandbox', sandbox: entry.id } as const;
  entry.append(changed(['Docs', 'Checkout – Shop']));
  await world.service.create(person, own, { text: 'before computer.click where title matching "Checkout" → hold' });
  const decision = () => world.call(entry, 'computer.click', {}).before?.decision.kind ?? 'pass';
  expect(decision()).toBe('hold');
  entry.append(changed(['Docs', 'Checkout – Shop'], 1));
  expect(decision()).toBe('pass');
  world.call(entry, 'browser.read', {}, { result: { title: 'Checkout' } });
  expect(decision()).toBe('hold');
  entry.append(changed(['Docs', 'Checkout – Shop', 'Mail'], 3));
  expect(decision()).toBe('pass');
});

it('what the window shows is known on other events, from before the rule too', async () => {
  await using world = await RulesWorld.open();
  const entry = world.add();
  entry.append(changed(['Payroll']));
  const text = 'on file where title matching "Payroll" → hold';
  const preview = () => world.service.preview(entry.id, text, 10);
  const change = { path: '/home/user/a', kind: 'created' as const, directory: false };
  entry.append({ kind: 'file.changed', actor: 'agent', data: { changes: [change], dropped: 0 } });
  expect((await preview()).total).toBe(1);
  await world.service.create(person, { kind: 'sandbox', sandbox: entry.id }, { text });
  entry.append({ kind: 'file.changed', actor: 'agent', data: { changes: [change], dropped: 0 } });
  await Promise.resolve();
  expect(world.heard).toHaveLength(1);
});

it('a window that opens holds what comes next', async () => {
  await using world = await RulesWorld.open();
  const entry = world.add();
  await world.service.create(
    person,
    { kind: 'sandbox', sandbox: entry.id },
    { text: 'on window where title matching /pay now/i and application is "Chromium" → hold' },
  );
  entry.append(changed(['Docs']));
  await Promise.resolve();
  expect(world.heard).toEqual([]);
  entry.append(changed(['Docs', 'PAY NOW']));
  await Promise.resolve();
  expect(world.heard).toHaveLength(1);
});

it('the page that is open counts where the call names none', async () => {
  await using world = await RulesWorld.open();
  const entry = world.add();
  await world.service.create(
    person,
    { kind: 'sandbox', sandbox: entry.id },
    { text: 'before computer.click where url matching "/checkout" or title matching "Basket" → hold' },
  );
  const decision = () => world.call(entry, 'computer.click', {}).before?.decision.kind ?? 'pass';
  expect(decision()).toBe('pass');
  entry.append(page('https://shop.test/checkout'));
  expect(decision()).toBe('hold');
  entry.append(page('https://shop.test/', 'Basket'));
  expect(decision()).toBe('hold');
  entry.append(page('https://shop.test/', 'Home'));
  expect(decision()).toBe('pass');
});

it('a page that Chromium opens or goes to holds what comes next, by its host, URL or title, and is previewed', async () => {
  await using world = await RulesWorld.open();
  const entry = world.add();
  const own = { kind: 'sandbox', sandbox: entry.id } as const;
  entry.append(page('https://login.bank.test/start', 'Sign in'));
  const text = 'on page where host matching glob "*.bank.test" and title matching /sign in/i → hold';
  expect((await world.service.preview(entry.id, text, 10)).total).toBe(1);
  await world.service.create(person, own, { text });
  await world.service.create(person, own, { text: 'on page where url matching "/upload" → hold' });
  for (const [url, title] of [
    ['about:blank', 'Sign in'],
    ['https://bank.test.evil.example/', 'Sign in'],
    ['https://shop.test/', 'Shop'],
  ] as const)
    entry.append(page(url, title));
  await Promise.resolve();
  expect(world.heard).toEqual([]);
  entry.append(page('https://login.bank.test/next', 'Sign in – Bank'));
  entry.append({
    ...{ kind: 'page.opened', actor: 'agent' },
    data: { page: 'B2', url: 'https://shop.test/upload', title: '', opener: null },
  } as NewLogEvent);
  await Promise.resolve();
  expect(world.heard).toHaveLength(2);
  await expect(world.service.create(person, own, { text: 'on page where exit is 1 → hold' })).rejects.toThrow(
    'not known on page',
  );
});
