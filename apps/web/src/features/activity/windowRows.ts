/** What became of the windows of the desktop, as rows of the activity. Pure. */
import type { ScreenWindow } from '@sandglass/protocol';
import { base, type Event, type Row } from './row.ts';

type WindowsChanged = Event<'windows.changed'>;

/** Titles that follow each other this closely in one window are one row with the last of them. */
const SAME_MS = 60_000;

/** Undefined: only the keyboard went from one window to another, which is told where everything is. */
export function windowRow(event: WindowsChanged, everything: boolean): WindowRow | undefined {
  const { windows, active, opened, closed, titled } = event.data;
  const named = (ids: readonly number[]) => windows.filter(({ id }) => ids.includes(id)).map(nameOf);
  const row = (title: string, names: readonly string[], window: number | null = null): WindowRow => ({
    ...base(event, 'window', 'machine'),
    title,
    detail: names.join(' · '),
    window,
  });
  const outcome = closed.length > 0 && opened.length > 0 ? `${closed.map(nameOf).join(' · ')} closed` : null;
  if (opened.length > 0) return { ...row(counted(opened.length, 'opened'), named(opened)), outcome };
  if (closed.length > 0) return row(counted(closed.length, 'closed'), closed.map(nameOf));
  const [first] = titled;
  if (first !== undefined)
    return titled.length === 1
      ? row('window shows', named([first.id]), first.id)
      : row(`${titled.length} windows show`, named(titled.map(({ id }) => id)));
  if (!everything) return undefined;
  return active === null ? row('no window has the keyboard', []) : row('went to', named([active]));
}

export interface WindowRow extends Row {
  /** The one whose title changed, and nothing else. */
  readonly window: number | null;
}

/** One row for both, when a window only got another title again. */
export function mergeTitles(last: Row | undefined, row: WindowRow): Row | undefined {
  if (last === undefined || row.window === null || (last as Partial<WindowRow>).window !== row.window) return undefined;
  if (row.wallMs - last.wallMs > SAME_MS) return undefined;
  return { ...last, detail: row.detail, times: last.times + 1 };
}

const counted = (count: number, verb: string): string => (count === 1 ? `window ${verb}` : `${count} windows ${verb}`);

export const nameOf = ({ title, application }: Pick<ScreenWindow, 'title' | 'application'>): string =>
  title || application || 'a window without a title';
