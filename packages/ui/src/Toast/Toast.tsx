import type { toast as Sonner } from 'sonner';
import { NewsList } from './newsList.ts';

export type { News } from './newsList.ts';

/** Loaded with the first toast: nothing of it is needed for the first paint. */
let toaster: Promise<typeof Sonner> | undefined;

function load(): Promise<typeof Sonner> {
  toaster ??= import('./toaster.tsx').then((module) => module.mountToaster());
  return toaster;
}

/** What was said in passing, for a list that can be opened later. */
export const news = new NewsList(() => Date.now());

/** Passing news. Never the only copy: each stays in `news`, and what matters is also in the view. */
export const toast = {
  say: (title: string, description?: string): void => {
    news.add('say', title, description);
    void load().then((show) => show(title, { duration: 3_000, ...(description === undefined ? {} : { description }) }));
  },
  fail: (title: string, description?: string): void => {
    news.add('fail', title, description);
    void load().then((show) =>
      show.error(title, { duration: 9_000, ...(description === undefined ? {} : { description }) }),
    );
  },
};
