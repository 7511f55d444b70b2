import type { Judgement, Run } from '@sandglass/protocol';
import { Button, Kbd } from '@sandglass/ui';
import { clsx } from 'clsx';
import { Check, CircleHelp, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { allJudgements, judgements } from './words.ts';

export const judgementIcons: Record<Judgement, ReactNode> = {
  pass: <Check size={13} />,
  fail: <X size={13} />,
  unsure: <CircleHelp size={13} />,
};

/** Pass, fail or unsure, in one press. Pressed again, it is taken back. */
export function VerdictButtons({
  run,
  onJudge,
  keys = true,
}: {
  run: Run;
  onJudge: (judgement: Judgement | null) => void;
  keys?: boolean;
}) {
  const given = run.verdict?.judgement;
  return (
    <fieldset className="run-judge" aria-label="Verdict">
      {allJudgements.map((judgement) => {
        const { word, tone, key } = judgements[judgement];
        const on = given === judgement;
        return (
          <Button
            key={judgement}
            icon={judgementIcons[judgement]}
            aria-pressed={on}
            className={clsx('run-judge-button', `ui-tone-${tone}`, on && 'run-judge-on')}
            onClick={() => onJudge(on ? null : judgement)}
          >
            {word}
            {keys ? <Kbd>{key}</Kbd> : null}
          </Button>
        );
      })}
    </fieldset>
  );
}
