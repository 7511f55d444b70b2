/** What somebody changed of the machine beside its files, as rows of the activity. Pure. */
import { reachWords } from '../../platform/egressRules.ts';
import { base, type Event, type Row } from './row.ts';

export function interventionRow(event: Event<'environment.changed'> | Event<'egress.changed'>): Row {
  const row = base(event, 'machine', 'machine');
  const isUndone = event.data.undoes !== null;
  if (event.kind === 'egress.changed') {
    return {
      ...row,
      title: isUndone ? 'took back what it may reach' : 'changed what it may reach',
      detail: reachWords(event.data.to),
    };
  }
  return {
    ...row,
    title: isUndone ? 'took back variables' : 'changed variables',
    detail: event.data.changes.map(changeWords).join(', '),
  };
}

type Change = Event<'environment.changed'>['data']['changes'][number];
const changeWords = ({ name, to, removes }: Change): string => {
  if (removes) return `without ${name}`;
  return to === null ? `${name} as it was` : `${name}=${to}`;
};
