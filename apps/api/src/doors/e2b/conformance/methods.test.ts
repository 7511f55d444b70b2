/** A method that a newer client has and the table does not know of fails here: it is tried, or said to be absent. */
import { expect, it } from 'vitest';
import { groups, methodsOf } from './methods.ts';
import { cases } from './table.ts';

it.each(groups)('knows every method of %s %s', (module, class_, group) => {
  const methods = methodsOf(module).get(class_) ?? [];
  expect(methods.length).toBeGreaterThan(0);
  const told = cases.filter((one) => one.group === group).flatMap(({ method }) => method.match(/\w+/g) ?? []);
  expect(methods.filter((method) => !told.includes(method))).toEqual([]);
});
