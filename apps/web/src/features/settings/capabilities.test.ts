import { expect, it } from 'vitest';
import { capabilityRows } from './capabilities.ts';

const best = {
  isolation: 'container',
  freeze: 'memory',
  checkpoint: { files: 'instant', memory: true },
  terminals: 'persistent',
  screen: 'rfb',
  egress: 'enforced',
  limits: { cpu: true, memory: true, pids: true, disk: true },
  tracking: 'fanotify',
} as const;
const lacking = (capabilities: Parameters<typeof capabilityRows>[0]) =>
  capabilityRows(capabilities)
    .filter(({ has }) => !has)
    .map(({ name }) => name);

it('has a row for everything, and says what is not there', () => {
  expect(lacking(best)).toEqual([]);
  expect(
    lacking({
      ...best,
      freeze: 'none',
      checkpoint: { files: 'copy', memory: false },
      screen: 'none',
      limits: { ...best.limits, disk: false },
    }),
  ).toEqual(['Freeze', 'Checkpoints of memory', 'Screen', 'Limits']);
});
