import { describe, expect, it } from 'vitest';
import { isNarrowed, questionOf, RunsLook, usualLeftOut } from './look.ts';
import { formatCost, formatLength, goalOf, shownCells } from './words.ts';

describe('what of the runs is looked at', () => {
  it('is asked of the server', () => {
    expect(questionOf({}, 'tok_me')).toEqual({});
    expect(questionOf({ show: 'review', find: ' invoice ', sort: 'errors' }, 'tok_me')).toEqual({
      verdict: 'none',
      q: 'invoice',
      sort: 'errors',
    });
    expect(questionOf({ show: 'mine', agent: 'claude', label: 'nightly' }, 'tok_me')).toEqual({
      judgedBy: 'tok_me',
      agent: 'claude',
      label: 'nightly',
    });
    expect(questionOf({ show: 'failed', outcome: 'stopped' }, 'tok_me')).toEqual({ outcome: 'failed' });
    expect(questionOf({ show: 'unsure', find: '  ' }, 'tok_me')).toEqual({ verdict: 'unsure' });
  });

  it('is read of an address field by field, and says there only what is not as usual', () => {
    expect(RunsLook.parse({ show: 'everything', sort: 'calls', run: '../x', outcome: 'running' })).toEqual({
      sort: 'calls',
      outcome: 'running',
    });
    expect(usualLeftOut({ show: 'all', find: '', sort: 'newest', agent: 'gpt', label: undefined })).toEqual({
      agent: 'gpt',
    });
    expect([isNarrowed({ sort: 'calls' }), isNarrowed({ show: 'review' }), isNarrowed({ find: 'x' })]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('a run in words', () => {
  it('shows a call of a second in a run of an hour, and the order of a run of a second', () => {
    const hour = shownCells({ cellUs: 62_500, cells: 'a...e' }, 3_600_000);
    expect([hour.length, hour[0], hour.slice(1).replaceAll('.', '')]).toEqual([64, 'e', '']);
    expect(shownCells({ cellUs: 62_500, cells: 'a.e' }, 500)).toBe('a.e.....');
    expect(shownCells({ cellUs: 62_500, cells: '' }, 0)).toBe('.');
  });

  it('says how long it took, what it cost, and what it was for', () => {
    expect([formatLength(48_000), formatLength(1_315_000), formatLength(3_720_000)]).toEqual([
      '0:48',
      '21:55',
      '1:02:00',
    ]);
    expect([{ usd: 0.31 }, { usd: 0.004 }, { tokens: 12_340 }, {}, null].map(formatCost)).toEqual([
      '$0.31',
      '$0.004',
      '12.3K tok',
      '–',
      '–',
    ]);
    expect(goalOf({ goal: '', origin: 'seen' })).toMatch(/said no goal/);
    expect(goalOf({ goal: 'Fix it', origin: 'started' })).toBe('Fix it');
  });
});
