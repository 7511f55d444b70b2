/** The form of a question, from what was typed to the answer. Pure. */
import type { Answer, Question } from '@sandglass/protocol';

export interface QuestionForm {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Filled {
  /** Absent while something that is required is missing or wrong. */
  readonly answer: Answer | undefined;
}

export const startOfForm = ({ fields }: Pick<Question, 'fields'>): QuestionForm => ({
  text: '',
  fields: Object.fromEntries((fields ?? []).map(({ name, kind }) => [name, kind === 'yesNo' ? 'false' : ''])),
});

export function fillQuestion({ fields }: Pick<Question, 'fields'>, form: QuestionForm): Filled {
  if (fields === null) return { answer: form.text.trim() === '' ? undefined : { text: form.text.trim() } };
  const given: Record<string, string | number | boolean> = {};
  for (const { name, kind, required } of fields) {
    const typed = (form.fields[name] ?? '').trim();
    if (typed === '') {
      if (required) return { answer: undefined };
    } else if (kind === 'yesNo') given[name] = typed === 'true';
    else if (kind === 'number') {
      const number = Number(typed);
      if (!Number.isFinite(number)) return { answer: undefined };
      given[name] = number;
    } else given[name] = typed;
  }
  return { answer: { fields: given } };
}
