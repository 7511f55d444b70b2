import type { Rule } from '@sandglass/protocol';
import { Button, ConfirmDialog, EmptyState, IconButton, LoadingState, Menu, MenuItem } from '@sandglass/ui';
import { CircleDot, Download, Ellipsis, Plus, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { breakOn } from '../../platform/breakOn.ts';
import { useIsOffline } from '../../platform/client.tsx';
import { progressOf } from '../../platform/dialog.tsx';
import { useDownload } from '../../platform/downloads.ts';
import { Failed } from '../../platform/Failed.tsx';
import type { PaneProps } from '../../platform/pane.ts';
import { useFreshRules, useRules } from '../../platform/rules.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useStore } from '../../platform/store.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ApprovedAlike } from './ApprovedAlike.tsx';
import { BuiltInSets } from './BuiltInSets.tsx';
import './breakpoints.css';
import { chooseRuleFile } from './chooseRuleFile.ts';
import { RuleDialog } from './RuleDialog.tsx';
import { RuleRow } from './RuleRow.tsx';
import { RuleDraft } from './ruleDraft.ts';
import { useRuleActs } from './useRules.ts';

/** What holds the agent here: own rules, those for all, and the sets that come with Sandglass. */
export default function BreakpointsPane(props: PaneProps) {
  if (useIsOffline())
    return (
      <EmptyState icon={<CircleDot size={18} />} title="A recording has no breakpoints">
        They belong to a sandbox on a server. What they matched is in the activity.
      </EmptyState>
    );
  return <Breakpoints {...props} />;
}

function Breakpoints({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { data, error, refetch } = useRules(id);
  useFreshRules(id);
  const acts = useRuleActs(id);
  const download = useDownload();
  const [draft] = useState(() => new RuleDraft());
  const open = useStore(draft) !== null;
  const [removing, setRemoving] = useState<Rule | null>(null);
  const mayOperate = useMayOperate(sandbox ?? { id });
  const mayChangeAll = useMayOperate();
  const ended = sandbox !== undefined && isEnded(sandbox);
  const mayAdd = mayOperate && !ended;
  const add = () => draft.begin({ kind: 'sandbox', sandbox: id });
  useAsked(id, (text) => draft.begin({ kind: 'sandbox', sandbox: id }, text));
  if (data === undefined)
    return error === null ? (
      <LoadingState label="Loading the breakpoints" />
    ) : (
      <Failed error={error} onRetry={() => void refetch()} />
    );
  const mayChange = (rule: Rule) => (rule.scope.kind === 'sandbox' ? mayAdd : mayChangeAll);
  return (
    <div className="rules">
      <div className="rules-tools">
        <span>
          {!mayOperate ? 'Your token may only look' : ended ? 'The sandbox has ended' : countWords(data.items)}
        </span>
        {mayAdd ? (
          <Button size="small" icon={<Plus size={13} />} onClick={add}>
            Add
          </Button>
        ) : null}
        <Menu
          align="end"
          trigger={
            <IconButton size="small" label="Rules as a file">
              <Ellipsis size={14} />
            </IconButton>
          }
        >
          <MenuItem
            icon={<Download size={13} />}
            disabled={download === undefined || data.items.every(({ scope }) => scope.kind !== 'sandbox')}
            onSelect={() => download?.('exportSandboxRules', { params: { sandbox: id } })}
          >
            Export this sandbox’s rules
          </MenuItem>
          <MenuItem
            icon={<Upload size={13} />}
            disabled={!mayAdd}
            onSelect={() => chooseRuleFile((file) => acts.importFile.mutate(file))}
          >
            Import rules…
          </MenuItem>
        </Menu>
      </div>
      {data.items.length === 0 ? (
        <EmptyState
          icon={<CircleDot size={18} />}
          title="No breakpoint yet"
          action={mayAdd ? <Button onClick={add}>Add a breakpoint</Button> : undefined}
        >
          A breakpoint holds the agent before a call, after one, or when something happens: a command with{' '}
          <code>rm -rf</code>, a test that fails, a change under <code>src/</code>.
        </EmptyState>
      ) : (
        <ol className="rules-list" aria-label="Breakpoints">
          {data.items.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              mayChange={mayChange(rule)}
              onToggle={(enabled) => acts.toggle.mutate({ rule, enabled })}
              onEdit={() => draft.edit(rule)}
              onRemove={() => {
                acts.remove.reset();
                setRemoving(rule);
              }}
            />
          ))}
        </ol>
      )}
      <ApprovedAlike sandbox={id} mayChange={mayAdd} />
      <BuiltInSets
        sets={data.sets}
        maySwitch={(set) => (set.everywhere ? mayChangeAll : mayAdd)}
        onSwitch={(set, enabled) => acts.switchSet.mutate({ set, enabled })}
        onTemplate={
          mayChangeAll ? (set, template, enabled) => acts.switchTemplate.mutate({ set, template, enabled }) : undefined
        }
        ownTemplate={sandbox?.labels['template']}
        onCopy={mayAdd ? (text) => draft.begin({ kind: 'sandbox', sandbox: id }, text) : undefined}
      />
      {open ? (
        <RuleDialog
          sandbox={id}
          template={sandbox?.labels['template']}
          draft={draft}
          save={acts.save}
          mayShare={mayChangeAll}
        />
      ) : null}
      {removing === null ? null : (
        <ConfirmDialog
          open
          onOpenChange={(next) => (next ? undefined : setRemoving(null))}
          title="Remove this breakpoint?"
          description={<code className="rule-text">{removing.text}</code>}
          consequences={
            removing.scope.kind === 'sandbox'
              ? []
              : [{ word: 'Everywhere', text: 'it ends in every sandbox it holds in.' }]
          }
          confirmLabel="Remove"
          {...progressOf(acts.remove)}
          onConfirm={() => acts.remove.mutate(removing, { onSuccess: () => setRemoving(null) })}
        />
      )}
    </div>
  );
}

function countWords(rules: readonly Rule[]): string {
  const on = rules.filter((rule) => rule.enabled).length;
  if (rules.length === 0) return '';
  return on === rules.length ? `${on} on` : `${on} of ${rules.length} on`;
}

/** Another pane asks for a rule: “Break on this…”. */
function useAsked(sandbox: PaneProps['sandbox'], begin: (text: string | undefined) => void): void {
  const asked = useStore(breakOn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each that is asked
  useEffect(() => {
    if (asked === null || asked.sandbox !== sandbox) return;
    breakOn.taken();
    begin(asked.text);
  }, [asked, sandbox]);
}
