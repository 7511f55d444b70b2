import { Button, IconButton, news, Popover, RelativeTime } from '@sandglass/ui';
import { Bell, CircleAlert, CircleCheck } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { useActions } from '../../platform/useAction.ts';
import './notices.css';

/** What was said in passing, to be read again. The number says what went by unread. */
export function Notices() {
  const all = useSyncExternalStore(news.subscribe, () => news.state);
  const [open, setOpen] = useState(false);
  const unread = all.filter(({ seen, tone }) => !seen && tone === 'fail').length;
  const change = (next: boolean) => {
    setOpen(next);
    // Seen once it is put away: while it is open, the new ones stand out.
    if (!next) news.markSeen();
  };
  useActions([
    {
      id: 'notices.show',
      title: 'Messages',
      group: 'Help',
      icon: <Bell size={14} />,
      keywords: 'notifications toasts errors',
      run: () => setOpen(true),
    },
  ]);
  return (
    <Popover
      open={open}
      onOpenChange={change}
      title="Messages"
      side="right"
      align="end"
      trigger={
        <IconButton label={unread === 0 ? 'Messages' : `Messages, ${unread} unread`} className="frame-place">
          <Bell size={17} strokeWidth={1.75} />
          {unread === 0 ? null : (
            <span className="notices-count" aria-hidden="true">
              {unread > 9 ? '9+' : unread}
            </span>
          )}
        </IconButton>
      }
    >
      {all.length === 0 ? (
        <p className="notices-none">Nothing was said since this page was opened.</p>
      ) : (
        <>
          <ul className="notices" aria-label="Messages">
            {all.map((each) => (
              <li key={each.id} data-tone={each.tone} data-seen={each.seen || undefined}>
                {each.tone === 'fail' ? (
                  <CircleAlert size={14} role="img" aria-label="Failed" />
                ) : (
                  <CircleCheck size={14} role="img" aria-label="Done" />
                )}
                <div>
                  <b>{each.title}</b>
                  {each.description === undefined ? null : <p>{each.description}</p>}
                </div>
                <RelativeTime atMs={each.atMs} />
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => news.clear()}>
            Clear
          </Button>
        </>
      )}
    </Popover>
  );
}
