import type { toast as Sonner } from 'sonner';

/** Loaded with the first toast: nothing of it is needed for the first paint. */
let news: Promise<typeof Sonner> | undefined;

function load(): Promise<typeof Sonner> {
  news ??= import('./toaster.tsx').then((module) => module.mountToaster());
  return news;
}

/** Passing news. Never the only copy: what matters is also in the view or in the activity. */
export const toast = {
  say: (title: string, description?: string): void => {
    void load().then((show) => show(title, { duration: 3_000, ...(description === undefined ? {} : { description }) }));
  },
  fail: (title: string, description?: string): void => {
    void load().then((show) =>
      show.error(title, { duration: 9_000, ...(description === undefined ? {} : { description }) }),
    );
  },
};
