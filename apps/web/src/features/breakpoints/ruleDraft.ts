/** The rule that is being written: by form or by text, changeable into each other where a form can show it. */
import type { Rule, RuleParts, RuleScope } from '@sandglass/protocol';
import { Model } from '../../platform/model.ts';
import { formOfParts, newForm, type RuleForm } from './ruleForm.ts';

export interface RuleDraftState {
  /** The one that is changed; null: a new one. */
  readonly editing: Rule | null;
  readonly mode: 'form' | 'text';
  readonly form: RuleForm;
  readonly text: string;
  readonly name: string;
  readonly scope: RuleScope;
}

export class RuleDraft extends Model<RuleDraftState | null> {
  constructor() {
    super(null);
  }

  /** A text of somebody else's making (a row of the activity) is shown as text until it has been read. */
  begin(scope: RuleScope, text?: string): void {
    const mode = text === undefined ? 'form' : 'text';
    this.set({ editing: null, mode, form: newForm, text: text ?? '', name: '', scope });
  }

  edit(rule: Rule): void {
    const name = rule.name === rule.text.slice(0, 80) ? '' : rule.name;
    this.set({ editing: rule, mode: 'text', form: newForm, text: rule.text, name, scope: rule.scope });
  }

  change(part: Partial<Pick<RuleDraftState, 'form' | 'text' | 'name' | 'scope'>>): void {
    if (this.state !== null) this.set({ ...this.state, ...part });
  }

  /** @param written what the form says */
  toText(written: string): void {
    if (this.state !== null) this.set({ ...this.state, mode: 'text', text: written });
  }

  /** False where a form cannot show it. */
  toForm(parts: RuleParts): boolean {
    const form = formOfParts(parts);
    if (form === undefined || this.state === null) return false;
    this.set({ ...this.state, mode: 'form', form });
    return true;
  }

  close(): void {
    this.set(null);
  }
}
