import type { Sandbox } from '@sandglass/protocol';

export interface Variable {
  readonly name: string;
  /** Null: a secret, which nobody is shown. */
  readonly value: string | null;
  /** Set since the sandbox was created. */
  readonly changed: boolean;
  /** Taken away since: programs start without it. */
  readonly removed: boolean;
}

/** What programs that start now are given, by name. Secrets have names only. */
export function variablesOf({
  environment,
  environmentChanges = {},
  environmentRemoved = [],
  secretNames,
}: Pick<Sandbox, 'environment' | 'environmentChanges' | 'environmentRemoved' | 'secretNames'>): Variable[] {
  const secret = new Set(secretNames);
  const names = new Set([...Object.keys(environment), ...Object.keys(environmentChanges), ...secret]);
  return [...names].sort().map((name) => ({
    name,
    value: secret.has(name) ? null : (environmentChanges[name] ?? environment[name] ?? ''),
    changed: name in environmentChanges || environmentRemoved.includes(name),
    removed: environmentRemoved.includes(name),
  }));
}

/** Why it cannot be a variable's name; undefined when it can. The server checks again. */
export const nameProblem = (name: string): string | undefined =>
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)
    ? undefined
    : 'A name is letters, digits and _, and does not begin with a digit.';
