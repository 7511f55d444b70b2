import type { Row } from './row.ts';

/** The rule that would hold what this row tells of, if it is a call of an agent; to be looked over before it is kept. */
export function breakTextOf({ kind, group, actor, title, detail }: Row): string | undefined {
  const isCall = group === 'calls' && (kind === 'exec' || kind === 'files' || kind === 'call');
  if (!isCall || actor !== 'agent' || !/^[A-Za-z_][\w.-]*$/.test(title)) return undefined;
  // A long one was cut for the list.
  const said = detail.replace(/…$/, '').trim();
  return `before ${title}${said === '' ? '' : ` matching ${JSON.stringify(said)}`} → hold`;
}
