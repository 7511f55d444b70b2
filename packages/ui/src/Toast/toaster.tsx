import { createRoot } from 'react-dom/client';
import { Toaster, toast } from 'sonner';
import './toast.css';

/** Puts the place where toasts appear at the end of the page; once. */
export function mountToaster(): typeof toast {
  const place = document.createElement('div');
  document.body.append(place);
  createRoot(place).render(
    <Toaster position="bottom-center" gap={8} offset={16} toastOptions={{ unstyled: true, className: 'ui-toast' }} />,
  );
  return toast;
}
