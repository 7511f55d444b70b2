/** The page of docs/ that says what works: written from the cases that are run, so it cannot say anything else. */
import type { Case } from './case.ts';
import { codeCases } from './codeCases.ts';
import { commandCases } from './commandCases.ts';
import { desktopCases } from './desktopCases.ts';
import { fileCases } from './fileCases.ts';
import { gitCases } from './gitCases.ts';
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

${tables.join('\n')}`;
}
