import type { RuleFile, RuleScope, SandboxId } from '@sandglass/protocol';
import type { FastifyReply } from 'fastify';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | `${'create' | 'update' | 'remove' | 'import' | 'export' | 'switch'}${'Sandbox' | ''}${'Rule' | 'Rules' | 'RuleSet'}`
  | 'rules'
  | 'sandboxRules'
  | 'previewRule'
  | 'checkRule'
  | 'ruleFields';

const own = (sandbox: SandboxId): RuleScope => ({ kind: 'sandbox', sandbox });

const sharedScope = (template: string | undefined): RuleScope =>
  template === undefined ? { kind: 'everywhere' } : { kind: 'template', template };

/** Under a name of its own, where a browser keeps it. */
function asFile(reply: FastifyReply, of: string, file: RuleFile): RuleFile {
  reply.header('content-disposition', `attachment; filename="${of}.rules.json"`);
  return file;
}

export function ruleHandlers({ rules }: Services): Pick<Handlers, Names & keyof Handlers> {
  return {
    sandboxRules: ({ params }) => rules.list(params.sandbox),
    createSandboxRule: async ({ caller, params, body }) => await rules.create(caller, own(params.sandbox), body),
    updateSandboxRule: async ({ caller, params, body }) =>
      await rules.update(caller, own(params.sandbox), params.rule, body),
    removeSandboxRule: async ({ caller, params }) => await rules.remove(caller, own(params.sandbox), params.rule),
    switchSandboxRuleSet: async ({ caller, params, body }) =>
      await rules.switchSet(caller, own(params.sandbox), params.set, body.enabled),
    previewRule: async ({ params, body }) => await rules.preview(params.sandbox, body.text, body.limit),
    importSandboxRules: async ({ caller, params, body }) => await rules.import(caller, own(params.sandbox), body),
    exportSandboxRules: ({ params, reply }) => asFile(reply, params.sandbox, rules.export(own(params.sandbox))),
    checkRule: ({ body }) => rules.check(body.text),
    ruleFields: () => ({ items: rules.fields() }),
    rules: () => rules.listAll(),
    createRule: async ({ caller, body: { scope, ...rule } }) => await rules.create(caller, scope, rule),
    updateRule: async ({ caller, params, body }) => await rules.update(caller, 'shared', params.rule, body),
    removeRule: async ({ caller, params }) => await rules.remove(caller, 'shared', params.rule),
    switchRuleSet: async ({ caller, params, body }) =>
      await rules.switchSet(caller, sharedScope(body.template), params.set, body.enabled),
    importRules: async ({ caller, body: { scope, ...file } }) => await rules.import(caller, scope, file),
    exportRules: ({ query: { template }, reply }) =>
      asFile(reply, template === undefined ? 'everywhere' : 'template', rules.export(sharedScope(template))),
  };
}
