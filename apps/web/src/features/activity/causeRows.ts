/** Ties the row of a call to that of the model’s reply which wanted it, both ways. Pure. */
import type { Event, Row, RowLink } from './row.ts';

/** Changes both rows in place; nothing where the reply is not among the rows. */
export function tieToCause(rows: Row[], event: Event<'call.asked'>, rowOf: ReadonlyMap<string, number>): void {
  const { call, causedBy } = event.data;
  const at = rowOf.get(call);
  const causeAt = causedBy && rowOf.get(causedBy.call);
  const row = at === undefined ? undefined : rows[at];
  const cause = causeAt === undefined ? undefined : rows[causeAt];
  if (row === undefined || cause === undefined) return;
  rows[at!] = { ...row, cause: linkTo(cause) };
  rows[causeAt!] = { ...cause, effects: [...(cause.effects ?? []), linkTo(row)] };
}

const linkTo = ({ key, title, detail }: Row): RowLink => ({ key, words: `${title} ${detail}`.trim() });
