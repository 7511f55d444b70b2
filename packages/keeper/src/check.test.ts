import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askNumber, parseAsk } from './check.ts';
import { Refusal } from './errors.ts';

const limits = { cpus: 1.5, memoryMb: 512, diskMb: 1024, pids: 200 };
const VALID: Record<string, object> = {
  info: {},
  list: {},
  create: { id: 'sbx_abcd', source: { image: 'base' }, limits, guestPort: 48_099, guestSecret: 'ab'.repeat(16) },
  listen: { id: 'sbx_abcd', port: 1 },
  connect: { id: 'sbx_abcd', port: 65_535 },
  freeze: { id: 'sbx_abcd' },
  thaw: { id: 'sbx_abcd' },
  setLimits: { id: 'sbx_abcd', limits },
  snapshot: { id: 'sbx_abcd', checkpoint: 'chk_abcd', memory: false },
  removeCheckpoint: { checkpoint: 'chk_abcd' },
  stats: { id: 'sbx_abcd' },
  kill: { id: 'sbx_abcd' },
};
const refused = (message: unknown): string => {
  try {
    parseAsk(message);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('what the keeper lets itself be asked', () => {
  it('accepts every verb in its right form, unchanged', () => {
    for (const [verb, request] of Object.entries(VALID)) {
      const message = { ask: 1, verb, request };
      expect(parseAsk(message)).toEqual(message);
    }
  });

  it('accepts a start from a checkpoint', () => {
    const request = { ...VALID.create, source: { checkpoint: 'chk_abcd' }, memory: true };
    expect(parseAsk({ ask: 1, verb: 'create', request }).request).toEqual(request);
  });

  it.each([
    ['a verb of the object itself', { ask: 1, verb: 'constructor', request: {} }],
    ['an unknown field', { ask: 1, verb: 'kill', request: { id: 'sbx_abcd', force: true } }],
    ['an unknown field beside the request', { ask: 1, verb: 'list', request: {}, as: 'root' }],
    ['a path as id', { ask: 1, verb: 'kill', request: { id: 'sbx_../x' } }],
    ['an id with a line end', { ask: 1, verb: 'kill', request: { id: 'sbx_abcd\n' } }],
    ['a checkpoint as sandbox', { ask: 1, verb: 'kill', request: { id: 'chk_abcd' } }],
    ['an array as id', { ask: 1, verb: 'kill', request: { id: ['sbx_abcd'] } }],
    ['port 0', { ask: 1, verb: 'listen', request: { id: 'sbx_abcd', port: 0 } }],
    ['a broken port', { ask: 1, verb: 'listen', request: { id: 'sbx_abcd', port: 80.5 } }],
    ['a port in words', { ask: 1, verb: 'listen', request: { id: 'sbx_abcd', port: '80' } }],
    [
      'two sources',
      { ask: 1, verb: 'create', request: { ...VALID.create, source: { image: 'base', checkpoint: 'chk_abcd' } } },
    ],
    ['no source', { ask: 1, verb: 'create', request: { ...VALID.create, source: {} } }],
    ['an image path', { ask: 1, verb: 'create', request: { ...VALID.create, source: { image: '../../etc' } } }],
    [
      'a secret that is no number',
      { ask: 1, verb: 'create', request: { ...VALID.create, guestSecret: 'x'.repeat(32) } },
    ],
    [
      'endless memory',
      { ask: 1, verb: 'setLimits', request: { id: 'sbx_abcd', limits: { ...limits, memoryMb: Infinity } } },
    ],
    ['no cores', { ask: 1, verb: 'setLimits', request: { id: 'sbx_abcd', limits: { ...limits, cpus: 0 } } }],
    ['negative disk', { ask: 1, verb: 'setLimits', request: { id: 'sbx_abcd', limits: { ...limits, diskMb: -1 } } }],
    ['no request', { ask: 1, verb: 'list' }],
    ['nothing', null],
  ])('refuses %s', (_, message) => {
    expect(refused(message)).toBe('badRequest');
  });

  it('never does anything but accept a known form or refuse', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          fc.record({ ask: fc.nat(), verb: fc.constantFrom(...Object.keys(VALID)), request: anything }),
        ),
        (message) => {
          expect(['accepted', 'badRequest']).toContain(refused(message));
          askNumber(message);
        },
      ),
    );
  });

  it('lets no id through that could leave its folder', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `sbx_${tail}`),
        ),
        (id) => {
          if (refused({ ask: 1, verb: 'kill', request: { id } }) === 'accepted')
            expect(id).toMatch(/^sbx_[a-z2-7]{4,26}$/);
        },
      ),
    );
  });
});
