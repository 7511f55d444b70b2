import { createRoot } from 'react-dom/client';
import { Toaster, type ToasterProps, toast } from 'sonner';
import './toast.css';

export const toastLook: ToasterProps = {
  position: 'bottom-center',
  gap: 8,
  offset: 16,
  // Above the bar of places at the foot of a phone.
  mobileOffset: { bottom: 64 },
  toastOptions: { unstyled: true, className: 'ui-toast' },
};

/** Puts the place where toasts appear at the end of the page; once. */
export function mountToaster(): typeof toast {
  const place = document.createElement('div');
  document.body.append(place);
  createRoot(place).render(<Toaster {...toastLook} />);
  return toast;
}
