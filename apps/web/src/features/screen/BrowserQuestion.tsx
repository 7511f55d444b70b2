import type { PagePopup, SandboxId } from '@sandglass/protocol';
import { Button, Field, Input } from '@sandglass/ui';
import { useState } from 'react';
import type { Act } from './BrowserBar.tsx';
import type { BrowserShown } from './browserShown.ts';
import { FilePopup } from './FilePopup.tsx';

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
    <form
      className="browser-question"
      aria-label="The page asks"
      onSubmit={(event) => {
        event.preventDefault();
        answer(true);
      }}
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
    </form>
  );
}

interface PopupProps {
  readonly popup: PagePopup;
  readonly active: boolean;
  readonly choose: (values: string[] | null) => void;
}

function PopupBox({ popup, active, choose }: PopupProps) {
  const [value, setValue] = useState(popup.value);
  return (
    <form
      className="browser-question"
      aria-label="Choose for the page"
      onSubmit={(event) => {
        event.preventDefault();
        choose([value]);
      }}
    >
      {popup.kind === 'select' ? (
        <div className="browser-options" role="listbox" aria-label="Options">
          {popup.options.map((option, at) => (
            <button
              // Two may be alike; they never change their order.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={at}
              type="button"
              role="option"
              aria-selected={option.value === popup.value}
              disabled={!active || option.disabled}
              onClick={() => choose([option.value])}
            >
              {option.label || '—'}
            </button>
          ))}
        </div>
      ) : (
        <Field label="Value">
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
    </form>
  );
}
