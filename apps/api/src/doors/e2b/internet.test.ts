/** What sandboxes of the SDK may reach, by its own words and by the server's setting. */
import { Sandbox } from 'e2b';
import { Sandbox as OlderSandbox } from 'e2b-older';
import { afterEach, expect, it, vi } from 'vitest';
import { E2bWorld } from './e2bWorld.ts';

// A server each, and two clients that are read for the first time.
vi.setConfig({ testTimeout: 60_000 });

let world: E2bWorld | undefined;
afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});
const egress = ({ sandboxId }: { sandboxId: string }) =>
  world!.rooms.services.sandboxes.get(`sbx_${sandboxId}` as never).egress;

it('is the internet, unless the client says otherwise', async () => {
  world = await E2bWorld.open('fake host');
  expect(egress(await Sandbox.create('base', world.options))).toEqual({ allow: [{ host: '*' }] });
  expect(egress(await OlderSandbox.create('base', world.options))).toEqual({ allow: [{ host: '*' }] });
  const made = await Sandbox.create('base', { ...world.options, allowInternetAccess: false });
  expect(egress(made)).toEqual({ allow: [] });
  await made.updateNetwork({ denyOut: ['10.0.0.0/8'], allowOut: ['10.0.0.1'] });
  expect(egress(made)).toEqual({ allow: [{ host: '*' }, { host: '10.0.0.1' }], deny: [{ host: '10.0.0.0/8' }] });
  expect((await made.getInfo()).network).toMatchObject({ denyOut: ['10.0.0.0/8'], allowOut: ['10.0.0.1'] });
  await made.updateNetwork({ allowInternetAccess: false });
  expect(egress(made)).toEqual({ allow: [] });
  await made.updateNetwork({});
  expect(egress(made)).toEqual({ allow: [{ host: '*' }] });
});

it('is nothing but what allowOut names, where the server says so, whatever else a client sends', async () => {
  world = await E2bWorld.open('fake host', { internet: 'deny' });
  expect(egress(await Sandbox.create('base', world.options))).toEqual({ allow: [] });
  expect(egress(await OlderSandbox.create('base', world.options))).toEqual({ allow: [] });
  const made = await Sandbox.create('base', {
    ...world.options,
    allowInternetAccess: true,
    network: { allowOut: ['pypi.org'] },
  });
  expect(egress(made)).toEqual({ allow: [{ host: 'pypi.org' }] });
  expect((await made.getInfo()).allowInternetAccess).toBe(false);
  await made.updateNetwork({ allowInternetAccess: true });
  expect(egress(made)).toEqual({ allow: [] });
});

it('refuses what it cannot keep, and changes nothing then', async () => {
  world = await E2bWorld.open('fake host');
  const made = await Sandbox.create('base', { ...world.options, allowInternetAccess: false });
  await expect(made.updateNetwork({ allowOut: ['pypi.org'] })).rejects.toThrow(/ALL_TRAFFIC/);
  await expect(made.updateNetwork({ denyOut: ['bad.test'] })).rejects.toThrow(/no address/);
  await expect(made.updateNetwork({ rules: { 'a.test': [{ transform: { headers: { a: 'b' } } }] } })).rejects.toThrow(
    /network.rules/,
  );
  expect(egress(made)).toEqual({ allow: [] });
});
