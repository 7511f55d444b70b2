import { expect, it } from 'vitest';
import { privacyOf } from './privacy.ts';

it('a private moment is mine or somebody else’s; one that nobody asked for any more is nobody’s', () => {
  const capture = { phase: 'private', by: 'tok_a', sinceMs: 1, untilMs: 2 } as const;
  expect(privacyOf({ capture }, 'tok_a')).toEqual({ phase: 'mine', untilMs: 2 });
  expect(privacyOf({ capture }, 'tok_b')).toEqual({ phase: 'others', untilMs: 2 });
  expect(privacyOf({ capture }, undefined)).toEqual({ phase: 'others', untilMs: 2 });
  expect(privacyOf({ capture: { ...capture, by: null } }, undefined)).toEqual({ phase: 'others', untilMs: 2 });
  expect(privacyOf({ capture: { phase: 'on' } }, 'tok_a')).toEqual({ phase: 'recorded' });
  expect(privacyOf({ capture: { phase: 'noSpace', sinceMs: 5 } }, 'tok_a')).toEqual({ phase: 'noSpace', sinceMs: 5 });
});
