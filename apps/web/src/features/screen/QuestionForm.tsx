import { type ReactNode, useEffect, useRef } from 'react';

interface QuestionFormProps {
  readonly label: string;
  readonly className?: string;
  /** Whether the person at this page may answer. */
  readonly active: boolean;
  readonly onAnswer: () => void;
  /** Escape; absent where there is nothing but to say yes. */
  readonly onCancel: (() => void) | undefined;
  readonly children: ReactNode;
}

/** The first of these that is there has the keyboard first. */
const first = [
  'input:not([hidden])',
  '[role="option"][tabindex="0"]',
  '.browser-options button:not(:disabled)',
  '.browser-files-head button:not(:disabled)',
  'footer button:not(:disabled)',
];

/** What a page asks. Who has the keyboard in the screen has it here as long as it is open, and there again afterwards. */
export function QuestionForm({ label, className = '', active, onAnswer, onCancel, children }: QuestionFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const pane = form.current?.closest('.screen-pane');
    if (!active || !(before instanceof HTMLElement) || !pane?.contains(before)) return;
    const found = first.map((each) => form.current?.querySelector<HTMLElement>(each)).find((each) => each != null);
    found?.focus();
    return () => {
      // Whoever went elsewhere meanwhile stays there.
      const now = document.activeElement;
      if (now === null || now === document.body || form.current?.contains(now)) before.focus({ preventScroll: true });
    };
  }, [active]);
  return (
    <form
      ref={form}
      className={`browser-question ${className}`}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !active || onCancel === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      {children}
    </form>
  );
}
