import type {
  CheckedRule,
  CreateRule,
  Rule,
  RuleField,
  RuleFile,
  RuleId,
  RuleList,
  RulePreview,
  RuleScope,
  RuleSet,
  RuleSetName,
  SandboxId,
  UpdateRule,
} from '@sandglass/protocol';
import type { Caller } from '../../services.ts';

/** Breakpoints and other rules. `shared` are those of no single sandbox; a rule of another scope than the one given is not found. */
export interface RuleService {
  list(sandbox: SandboxId): RuleList;
  listAll(): RuleList;
  fields(): RuleField[];
  check(text: string): CheckedRule;
  create(caller: Caller, scope: RuleScope, body: CreateRule): Promise<Rule>;
  update(caller: Caller, scope: RuleScope | 'shared', rule: RuleId, body: UpdateRule): Promise<Rule>;
  remove(caller: Caller, scope: RuleScope | 'shared', rule: RuleId): Promise<void>;
  switchSet(caller: Caller, scope: RuleScope, set: RuleSetName, enabled: boolean): Promise<RuleSet>;
  preview(sandbox: SandboxId, text: string, limit: number): Promise<RulePreview>;
  export(scope: RuleScope): RuleFile;
  import(caller: Caller, scope: RuleScope, file: RuleFile): Promise<RuleList>;
}
