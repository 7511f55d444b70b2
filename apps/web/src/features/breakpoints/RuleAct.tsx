import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { CircleDot } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { breakOn } from '../../platform/breakOn.ts';
import { useEvents } from '../../platform/events.ts';
import { notify } from '../../platform/notify.ts';
import { shownName } from '../../platform/shownName.ts';
import { isEnded } from '../../platform/status.ts';
import { useAction } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';

/** Begins a breakpoint from anywhere on the page, and says what those with `notify` have to say, whatever pane is shown. */
export function RuleAct({ sandbox, onShow }: { sandbox: Sandbox; onShow: () => void }) {
  const mayOperate = useMayOperate(sandbox);
  useAction({
    id: 'rule.new',
    title: 'New breakpoint…',
    group: 'Gate',
    icon: <CircleDot size={14} />,
    keywords: 'rule hold stop approve refuse',
    blocked: mayOperate ? (isEnded(sandbox) ? 'The sandbox has ended' : undefined) : mayOnlyWatch,
    run: () => {
      breakOn.ask(sandbox.id, undefined);
      onShow();
    },
  });
  useRuleNews(sandbox, onShow);
  return null;
}

type Hit = Extract<LogEvent, { kind: 'rule.hit' }>;

const notifies = (event: LogEvent): event is Hit => event.kind === 'rule.hit' && event.data.actions.includes('notify');

/** Those that come while the page is open; what was before it is in the activity. */
export function newHits(events: readonly LogEvent[], since: number): Hit[] {
  return events.filter((event): event is Hit => event.seq > since && notifies(event));
}

function useRuleNews(sandbox: Sandbox, onShow: () => void): void {
  const { events, phase } = useEvents(sandbox.id);
  const seen = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (phase === 'loading') return;
    const last = events.at(-1)?.seq ?? 0;
    const hits = seen.current === undefined ? [] : newHits(events, seen.current);
    seen.current = Math.max(seen.current ?? 0, last);
    // Of a burst the newest is said; all of them are in the activity.
    const hit = hits.at(-1);
    if (hit === undefined) return;
    const title = shownName(hit.data.message ?? hit.data.name);
    const more = hits.length > 1 ? ` · ${hits.length - 1} more` : '';
    const body = `Breakpoint in ${shownName(sandbox.name)}${more}`;
    toast.say(title, body);
    notify({ title, body, tag: `rule ${hit.data.rule}`, onOpen: onShow });
  }, [events, phase, sandbox.name, onShow]);
}
