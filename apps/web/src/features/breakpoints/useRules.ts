import {
  type Rule,
  type RuleField,
  RuleFile,
  type RuleList,
  type RuleScope,
  type RuleSet,
  type SandboxId,
} from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { rulesKey } from '../../platform/rules.ts';

/** The table of what can be asked; it changes with the server's version only. */
export function useRuleFields() {
  const client = useClient();
  return useQuery({
    queryKey: ['ruleFields'],
    queryFn: async ({ signal }): Promise<RuleField[]> => (await client.request('ruleFields', { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the server reads in a text, a moment after the last key. */
export function useCheckedRule(text: string) {
  const client = useClient();
  const settled = useSettled(text, 180);
  const query = useQuery({
    queryKey: ['rules', 'check', settled],
    queryFn: ({ signal }) => client.request('checkRule', { body: { text: settled }, signal }),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const fresh = settled === text && !query.isPlaceholderData;
  return { checked: settled.trim() === '' ? undefined : query.data, fresh, error: query.error };
}

/** What it would have matched in this sandbox so far. */
export function useRulePreview(sandbox: SandboxId, text: string | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ['rules', 'preview', sandbox, text],
    queryFn: ({ signal }) =>
      client.request('previewRule', { params: { sandbox }, body: { text: text as string, limit: 20 }, signal }),
    enabled: text !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

export interface SavedRule {
  readonly editing: Rule | null;
  readonly scope: RuleScope;
  readonly text: string;
  readonly name: string;
}

/** Each says in a toast what did not work; the list says what did. */
export function useRuleActs(sandbox: SandboxId) {
  const client = useClient();
  const queries = useQueryClient();
  const options = (failed: string) => ({
    onError: (error: unknown) => toast.fail(failed, describeFailure(error).detail),
    onSettled: () => queries.invalidateQueries({ queryKey: rulesKey(sandbox) }),
  });
  const isOwn = (scope: RuleScope) => scope.kind === 'sandbox';
  const save = useMutation({
    mutationFn: ({ editing, scope, text, name }: SavedRule) => {
      const body = { text, ...(name.trim() === '' ? {} : { name: name.trim() }) };
      if (editing !== null)
        return isOwn(editing.scope)
          ? client.request('updateSandboxRule', { params: { sandbox, rule: editing.id }, body })
          : client.request('updateRule', { params: { rule: editing.id }, body });
      if (scope.kind === 'sandbox') return client.request('createSandboxRule', { params: { sandbox }, body });
      return client.request('createRule', { body: { ...body, scope } });
    },
    onSettled: options('').onSettled,
  });
  const toggle = useMutation({
    mutationFn: ({ rule, enabled }: { rule: Rule; enabled: boolean }) =>
      isOwn(rule.scope)
        ? client.request('updateSandboxRule', { params: { sandbox, rule: rule.id }, body: { enabled } })
        : client.request('updateRule', { params: { rule: rule.id }, body: { enabled } }),
    // The switch stands where it was put, and goes back when it was not so.
    onMutate: ({ rule, enabled }) => {
      queries.setQueryData<RuleList>(
        rulesKey(sandbox),
        (list) =>
          list && { ...list, items: list.items.map((each) => (each.id === rule.id ? { ...each, enabled } : each)) },
      );
    },
    ...options('The rule was not switched'),
  });
  const remove = useMutation({
    mutationFn: (rule: Rule) =>
      isOwn(rule.scope)
        ? client.request('removeSandboxRule', { params: { sandbox, rule: rule.id } })
        : client.request('removeRule', { params: { rule: rule.id } }),
    onSettled: options('').onSettled,
  });
  const switchSet = useMutation({
    mutationFn: ({ set, enabled }: { set: RuleSet; enabled: boolean }) =>
      set.everywhere
        ? client.request('switchRuleSet', { params: { set: set.name }, body: { enabled } })
        : client.request('switchSandboxRuleSet', { params: { sandbox, set: set.name }, body: { enabled } }),
    ...options('The set was not switched'),
  });
  const switchTemplate = useMutation({
    mutationFn: ({ set, template, enabled }: { set: RuleSet; template: string; enabled: boolean }) =>
      client.request('switchRuleSet', { params: { set: set.name }, body: { enabled, template } }),
    ...options('The template was not changed'),
  });
  const importFile = useMutation({
    mutationFn: async (file: File) => {
      const parsed = RuleFile.safeParse(await readJson(file));
      if (!parsed.success) throw new Error('This is no file of Sandglass rules.');
      return await client.request('importSandboxRules', { params: { sandbox }, body: parsed.data });
    },
    ...options('The file was not taken'),
    onSuccess: () => toast.say('Rules added', 'Those that were there already stayed as they were.'),
  });
  return { save, toggle, remove, switchSet, switchTemplate, importFile };
}

async function readJson(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch {
    return undefined;
  }
}

/** The value when it has not changed for a while. */
function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
