import { Toaster as Sonner, toast as sonner } from 'sonner';
import './toast.css';

/** Where toasts appear. One, at the root of the page. */
export function Toaster({ theme }: { theme: 'dark' | 'light' }) {
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      gap={8}
      offset={16}
      toastOptions={{ unstyled: true, className: 'ui-toast' }}
    />
  );
}

/** Passing news. Never the only copy: what matters is also in the view or in the activity. */
export const toast = {
  say: (title: string, description?: string) => sonner(title, description === undefined ? {} : { description }),
  fail: (title: string, description?: string) =>
    sonner.error(title, { duration: 9_000, ...(description === undefined ? {} : { description }) }),
};
