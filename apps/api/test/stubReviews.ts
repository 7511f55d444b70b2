/** No rules, no runs, no notes. */
import { AppError } from '@sandglass/protocol';
import { pageOfRuns } from '../src/reviews/runList.ts';
import type { Services } from '../src/services.ts';

const noRun = (): never => {
  throw new AppError('notFound', 'There are no runs here.');
};
const noRule = (): never => {
  throw new AppError('notFound', 'There are no rules here.');
};
export const noRules: Services['rules'] = {
  list: () => ({ items: [], sets: [] }),
  listAll: () => ({ items: [], sets: [] }),
  fields: () => [],
  check: () => ({ ok: false, problem: { message: 'no', at: 0, length: 1, line: 1, column: 1, expected: [] } }),
  create: noRule,
  update: noRule,
  remove: async () => {},
  switchSet: noRule,
  preview: async () => ({ items: [], total: 0, looked: 0, complete: true, unknown: [] }),
  export: () => ({ sandglassRules: 1, rules: [], sets: [] }),
  import: async () => ({ items: [], sets: [] }),
};
export const noRuns: Services['runs'] = {
  list: async ({ only: _, ...question }) => pageOfRuns([], question),
  ...{ get: noRun, start: noRun, update: noRun, end: noRun, say: noRun, remove: noRun, judge: noRun },
  ...{ limit: () => {}, limits: () => new Set(), spend: async () => {} },
};
const noNote = (): never => {
  throw new AppError('notFound', 'There are no notes here.');
};
export const noNotes: Services['notes'] = {
  ...{ list: () => [], all: () => [], write: noNote, edit: noNote, remove: noNote },
};
