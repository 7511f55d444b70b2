/** Arguments of a call as fields that a person can edit: texts as texts, everything else as JSON. Pure. */

export interface ArgumentField {
  readonly name: string;
  readonly sort: 'text' | 'json';
  readonly typed: string;
}

export const fieldsOf = (given: Readonly<Record<string, unknown>>): ArgumentField[] =>
  Object.entries(given).map(([name, value]) =>
    typeof value === 'string'
      ? { name, sort: 'text', typed: value }
      : { name, sort: 'json', typed: JSON.stringify(value) },
  );

export type Parsed =
  | { readonly ok: true; readonly arguments: Record<string, unknown> }
  | { readonly ok: false; readonly field: string; readonly message: string };

/** The first field that is no JSON is named. */
export function parseFields(fields: readonly ArgumentField[]): Parsed {
  const result: Record<string, unknown> = {};
  for (const { name, sort, typed } of fields) {
    if (sort === 'text') result[name] = typed;
    else
      try {
        result[name] = JSON.parse(typed);
      } catch (error) {
        return { ok: false, field: name, message: `This is not JSON: ${(error as Error).message}` };
      }
  }
  return { ok: true, arguments: result };
}

export const isChanged = (fields: readonly ArgumentField[], given: Readonly<Record<string, unknown>>): boolean => {
  const before = fieldsOf(given);
  return fields.some(({ name, typed }, at) => before[at]?.name !== name || before[at]?.typed !== typed);
};

/** What a person answers in the sandbox's stead: JSON, or a text that stands for `{text}`. */
export function parseResult(typed: string): Parsed {
  try {
    const value: unknown = JSON.parse(typed);
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return { ok: true, arguments: value as Record<string, unknown> };
    return { ok: false, field: 'result', message: 'A result is a JSON object, such as {"exitCode": 0}.' };
  } catch (error) {
    return { ok: false, field: 'result', message: `This is not JSON: ${(error as Error).message}` };
  }
}

/** Where to begin an answer from: what came of it, or the fields that such a call has. */
export function startOfResult(name: string, result: Readonly<Record<string, unknown>> | null): string {
  const start = result ?? (name === 'exec' ? { code: 0, stdout: '', stderr: '' } : { text: '' });
  return JSON.stringify(start, null, 2);
}
