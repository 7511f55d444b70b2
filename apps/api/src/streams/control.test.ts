import { AppError } from '@sandglass/protocol';
import { expect, test } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { stubGate } from '../../test/stubGate.ts';
import { sandboxA } from '../../test/stubServices.ts';

test('who loses control lets go of what it holds down, and cannot let go of what others hold', async () => {
  let onLost = () => {};
  let mine = true;
  const gate = {
    ...stubGate,
    onControl: (_sandbox: unknown, _caller: unknown, lost: () => void) => {
      onLost = lost;
      return () => {};
    },
    touch: () => {
      if (!mine) throw new AppError('controlled', 'Ben has control.');
    },
  };
  await using world = await ServerWorld.start({ services: { gate } });
  const viewer = await world.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'screen', sandbox: sandboxA } });
  await viewer.message('opened', 1);
  viewer.send({ type: 'key', channel: 1, keysym: 65, down: true });
  viewer.send({ type: 'pointer', channel: 1, x: 5, y: 6, buttons: 1 });
  await viewer.settle();
  mine = false;
  onLost();
  viewer.send({ type: 'pointer', channel: 1, x: 7, y: 8, buttons: 1 });
  viewer.send({ type: 'clipboard', channel: 1, text: 'x' });
  viewer.send({ type: 'key', channel: 1, keysym: 65, down: false });
  await viewer.settle();
  expect(world.stub.inputs).toEqual(['key 65 true', 'pointer 5 6 1', 'release']);
  const refused = viewer.messages.flatMap((one) => (one.type === 'refused' ? [one.problem.code] : []));
  expect(refused).toEqual(['controlled', 'controlled', 'controlled']);
});
