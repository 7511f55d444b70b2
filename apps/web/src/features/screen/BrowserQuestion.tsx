import type { PagePopup, SandboxId } from '@sandglass/protocol';
import { Button, Field, Input } from '@sandglass/ui';
import { type KeyboardEvent, useState } from 'react';
import { stepOf } from '../../platform/listSteps.ts';
import type { Act } from './BrowserBar.tsx';
import type { BrowserShown } from './browserShown.ts';
import { FilePopup } from './FilePopup.tsx';
import { QuestionForm } from './QuestionForm.tsx';

interface QuestionProps {
  readonly sandbox: SandboxId;
  readonly shown: BrowserShown;
  readonly active: boolean;
  readonly act: Act;
}

/** What a page asks in a box of its own, or opens over itself: no picture shows it. */
export function BrowserQuestion({ sandbox, shown, active, act }: QuestionProps) {
  const { dialog, popup } = shown;
  if (dialog !== null)
    return <DialogBox key={`${dialog.page} ${dialog.message}`} dialog={dialog} active={active} act={act} />;
  if (popup !== null) {
    const { page } = popup;
    const choose = (values: string[] | null) => act({ act: 'choose', page, values });
    if (popup.popup.kind === 'file')
      return <FilePopup sandbox={sandbox} multiple={popup.popup.multiple} active={active} choose={choose} />;
    return <PopupBox key={page} popup={popup.popup} active={active} choose={choose} />;
  }
  return null;
}

interface DialogProps {
  readonly dialog: NonNullable<BrowserShown['dialog']>;
  readonly active: boolean;
  readonly act: Act;
}

function DialogBox({ dialog: { page, dialog, message, given }, active, act }: DialogProps) {
  const [text, setText] = useState(given ?? '');
  const answer = (accept: boolean) =>
    act({ act: 'answer', page, accept, ...(dialog === 'prompt' && accept ? { text } : {}) });
  return (
    <QuestionForm
      label="The page asks"
      active={active}
      onAnswer={() => answer(true)}
      onCancel={() => answer(dialog === 'alert')}
    >
      <p>
        {message || (dialog === 'beforeunload' ? 'Leave this page? What was entered may be lost.' : 'The page waits.')}
      </p>
      {dialog === 'prompt' ? (
        <Field label="Answer">
          <Input value={text} readOnly={!active} onChange={(event) => setText(event.target.value)} />
        </Field>
      ) : null}
      <footer>
        {active ? null : <span>The agent, or who has control, can answer it.</span>}
        {dialog === 'alert' ? null : (
          <Button disabled={!active} onClick={() => answer(false)}>
            {dialog === 'beforeunload' ? 'Stay' : 'Cancel'}
          </Button>
        )}
        <Button type="submit" tone="primary" disabled={!active}>
          {dialog === 'beforeunload' ? 'Leave' : 'OK'}
        </Button>
      </footer>
    </QuestionForm>
  );
}

const wanted: Record<Exclude<PagePopup['kind'], 'select'>, string> = {
  date: 'Date',
  time: 'Time',
  month: 'Month',
  week: 'Week',
  'datetime-local': 'Date and time',
  color: 'Colour',
  file: 'File',
};

/** Arrows, Home and End lead from option to option. */
function handleArrow(event: KeyboardEvent<HTMLElement>): void {
  const options = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="option"]:not(:disabled)')];
  const at = options.indexOf(document.activeElement as HTMLElement);
  const next = stepOf(event.key, at, options.length);
  if (next === undefined) return;
  event.preventDefault();
  options[next]?.focus();
}

interface PopupProps {
  readonly popup: PagePopup;
  readonly active: boolean;
  readonly choose: (values: string[] | null) => void;
}

function PopupBox({ popup, active, choose }: PopupProps) {
  const [value, setValue] = useState(popup.value);
  const selected = popup.options.findIndex((option) => option.value === popup.value);
  return (
    <QuestionForm
      label="Choose for the page"
      active={active}
      onAnswer={() => choose([value])}
      onCancel={() => choose(null)}
    >
      {popup.kind === 'select' ? (
        <div className="browser-options" role="listbox" aria-label="Options" tabIndex={-1} onKeyDown={handleArrow}>
          {popup.options.map((option, at) => (
            <button
              // Two may be alike; they never change their order.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={at}
              type="button"
              role="option"
              aria-selected={at === selected}
              tabIndex={at === Math.max(0, selected) ? 0 : -1}
              disabled={!active || option.disabled}
              onClick={() => choose([option.value])}
            >
              {option.label || '—'}
            </button>
          ))}
        </div>
      ) : (
        <Field label={wanted[popup.kind]}>
          <Input
            type={popup.kind}
            value={value}
            readOnly={!active}
            onChange={(event) => setValue(event.target.value)}
          />
        </Field>
      )}
      <footer>
        <Button disabled={!active} onClick={() => choose(null)}>
          Cancel
        </Button>
        {popup.kind === 'select' ? null : (
          <Button type="submit" tone="primary" disabled={!active || value.trim() === ''}>
            Choose
          </Button>
        )}
      </footer>
    </QuestionForm>
  );
}
