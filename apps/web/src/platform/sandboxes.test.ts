import type { Sandbox } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ownerAt } from './sandboxes.ts';

const made = (id: string, from?: { sandbox: string; atUs?: number }) =>
  ({ id, parent: from === undefined ? null : { checkpoint: 'chk_a', seq: 1, ...from } }) as unknown as Sandbox;

it('a moment of a fork belongs to whom it was forked from, as far back as that goes', () => {
  const first = made('first');
  const second = made('second', { sandbox: 'first', atUs: 10 });
  const third = made('third', { sandbox: 'second', atUs: 20 });
  const all = [third, second, first];
  expect([25, 20, 19, 10, 9, 0].map((atUs) => ownerAt(third, atUs, all)?.id)).toEqual([
    ...['third', 'third', 'second', 'second', 'first', 'first'],
  ]);
  // One that this person does not see, and one that was made before pasts were shared.
  expect(ownerAt(third, 5, [third, second])).toBeUndefined();
  expect(ownerAt(made('old', { sandbox: 'first' }), 5, all)?.id).toBe('old');
});
