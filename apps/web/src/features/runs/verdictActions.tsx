import type { Judgement } from '@sandglass/protocol';
import { Target } from 'lucide-react';
import type { Action } from '../../platform/actions.ts';
import { judgementIcons } from './VerdictButtons.tsx';
import { allJudgements, judgements } from './words.ts';

/** By one key each, and with a reason by `V`. */
export const verdictActions = ({
  when,
  blocked,
  onAsk,
  onGive,
}: {
  readonly when: boolean;
  readonly blocked: string | undefined;
  readonly onAsk: () => void;
  readonly onGive: (judgement: Judgement) => void;
}): Action[] => [
  {
    id: 'runs.judge',
    title: 'Give a verdict…',
    group: 'Runs',
    icon: <Target size={14} />,
    shortcut: 'V',
    when,
    blocked,
    run: onAsk,
  },
  ...allJudgements.map((judgement) => ({
    id: `runs.judge.${judgement}`,
    title: `Verdict: ${judgements[judgement].word.toLowerCase()}`,
    group: 'Runs',
    icon: judgementIcons[judgement],
    shortcut: judgements[judgement].key,
    when,
    blocked,
    run: () => onGive(judgement),
  })),
];
