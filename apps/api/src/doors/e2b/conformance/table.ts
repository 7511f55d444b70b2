/** The page of docs/ that says what works: written from the cases that are run, so it cannot say anything else. */
import type { Case } from './case.ts';
import { codeCases } from './codeCases.ts';
import { commandCases } from './commandCases.ts';
import { desktopCases } from './desktopCases.ts';
import { fileCases } from './fileCases.ts';
import { gitCases } from './gitCases.ts';
import { groups as classes, methodsOf } from './methods.ts';
import { sandboxCases } from './sandboxCases.ts';

export const cases: readonly Case[] = [
  ...sandboxCases,
  ...fileCases,
  ...commandCases,
  ...gitCases,
  ...desktopCases,
  ...codeCases,
];

const marks = { works: '✓ works', differs: '≈ differs', absent: '— absent' } as const;

/** How each method of the clients' own classes fares: as the first case says that names it. */
function verdicts(): Case['verdict'][] {
  const methods = new Set(
    classes.flatMap(([module, class_, group]) =>
      (methodsOf(module).get(class_) ?? []).map((method) => `${group} ${method}`),
    ),
  );
  return [...methods].map((one) => {
    const at = one.lastIndexOf(' ');
    const [group, name] = [one.slice(0, at), one.slice(at + 1)];
    const found = cases.find(({ group: of, method }) => of === group && method.match(/\w+/g)?.includes(name));
    return found?.verdict ?? 'absent';
  });
}

function sums(): string {
  const all = verdicts();
  const share = (verdict: Case['verdict']) => {
    const count = all.filter((one) => one === verdict).length;
    return `${count} (${Math.round((count / all.length) * 100)} %)`;
  };
  return `Of the ${all.length} methods that the classes of the three clients declare, ${share('works')} work as with the vendor, ${share('differs')} work and
differ in something, ${share('absent')} are absent and refused with an error that says so. In the tables a method is named once for each way to use it.`;
}

export function compatibilityPage(): string {
  const groups = [...new Set(cases.map((one) => one.group))];
  const tables = groups.map((group) => {
    const rows = cases
      .filter((one) => one.group === group)
      .map((one) => `| ${one.method} | ${marks[one.verdict]} | ${one.why ?? ''} |`);
    return [`## ${group}`, '', '| method | here | how it differs |', '|-|-|-|', ...rows, ''].join('\n');
  });
  return `# E2B: what works

Written from the conformance tests, each of which runs the vendor’s own client against a real sandbox. To bring it up to date:
\`npx vitest run --project unit apps/api/src/doors/e2b/conformance -u\`.

${sums()}

${tables.join('\n')}`;
}
