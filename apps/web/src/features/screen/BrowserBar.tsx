import type { BrowserAct, Sandbox } from '@sandglass/protocol';
import { IconButton, toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { ArrowLeft, ArrowRight, Plus, RotateCw, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { useGate, useMayTouch } from '../../platform/gate.ts';
import { useMoment } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { BrowserQuestion } from './BrowserQuestion.tsx';
import { type BrowserShown, type BrowserTab, browserShown } from './browserShown.ts';
import './browserBar.css';

interface BrowserBarProps {
  readonly sandbox: Sandbox;
  /** The person may act now: it is live, and their turn. */
  readonly active: boolean;
}

export type Act = (act: BrowserAct) => void;

/** Tabs, address and questions of a browser that has no window to show them itself. */
export function BrowserBar({ sandbox, active }: BrowserBarProps) {
  const client = useClient();
  const { events } = useEvents(sandbox.id);
  const momentUs = useMoment();
  const shown = useMemo(() => browserShown(events, momentUs), [events, momentUs]);
  const { mutate: act, isPending } = useMutation({
    mutationFn: (body: BrowserAct) => client.request('actInBrowser', { params: { sandbox: sandbox.id }, body }),
    onError: (error) => toast.fail('The browser did not do that', error.message),
  });
  const mayLook = useMayLook(sandbox) && momentUs === null;
  return (
    <section className="browser-bar" aria-label="Browser" aria-busy={isPending}>
      <nav className="browser-tabs" aria-label="Tabs">
        {shown.tabs.map((tab) => (
          <TabOf key={tab.page} tab={tab} shown={shown} active={active} mayLook={mayLook} act={act} />
        ))}
        <IconButton size="small" label="New tab" disabled={!active} onClick={() => act({ act: 'newTab' })}>
          <Plus size={13} />
        </IconButton>
      </nav>
      <div className="browser-address">
        <IconButton size="small" label="Back" disabled={!active || !shown.running} onClick={() => act({ act: 'back' })}>
          <ArrowLeft size={13} />
        </IconButton>
        <IconButton
          size="small"
          label="Forward"
          disabled={!active || !shown.running}
          onClick={() => act({ act: 'forward' })}
        >
          <ArrowRight size={13} />
        </IconButton>
        <IconButton
          size="small"
          label="Load again"
          disabled={!active || !shown.running}
          onClick={() => act({ act: 'reload' })}
        >
          <RotateCw size={13} />
        </IconButton>
        <Address url={shown.tabs.find(({ page }) => page === shown.front)?.url ?? ''} active={active} act={act} />
      </div>
      <BrowserQuestion sandbox={sandbox.id} shown={shown} active={active} act={act} />
    </section>
  );
}

/** Turning to a tab changes what is looked at and nothing in the browser: only another person at work is not to be disturbed. */
function useMayLook(sandbox: Sandbox): boolean {
  const operates = useMayOperate(sandbox);
  const { may } = useMayTouch(sandbox.id);
  const holder = useGate(sandbox.id)?.control.holder;
  return operates && (may || holder?.kind === 'agent');
}

interface TabProps {
  readonly tab: BrowserTab;
  readonly shown: BrowserShown;
  readonly active: boolean;
  readonly mayLook: boolean;
  readonly act: Act;
}

function TabOf({ tab, shown, active, mayLook, act }: TabProps) {
  const name = shownName(tab.title || tab.url) || 'New tab';
  const front = tab.page === shown.front;
  return (
    <span className={clsx('browser-tab', front && 'browser-tab-front')}>
      <button
        type="button"
        className="browser-turn"
        aria-current={front ? 'page' : undefined}
        title={shownName(tab.url)}
        disabled={!mayLook && !front}
        onClick={() => front || act({ act: 'turnTo', page: tab.page })}
      >
        {name}
      </button>
      {active && shown.tabs.length > 1 ? (
        <IconButton size="small" label={`Close ${name}`} onClick={() => act({ act: 'closeTab', page: tab.page })}>
          <X size={11} />
        </IconButton>
      ) : null}
    </span>
  );
}

/** What the person writes stays until the page is another one. */
function Address({ url, active, act }: { url: string; active: boolean; act: Act }) {
  const [text, setText] = useState(url);
  useEffect(() => setText(url), [url]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') act({ act: 'open', url: text.trim() });
      }}
    >
      <input
        aria-label="Address"
        className="browser-url"
        value={text}
        readOnly={!active}
        spellCheck={false}
        autoComplete="off"
        placeholder={active ? 'Open an address, such as localhost:3000' : 'No page is open'}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
    </form>
  );
}
