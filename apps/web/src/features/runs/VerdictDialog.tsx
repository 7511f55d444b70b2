import type { GiveVerdict, Judgement, Run } from '@sandglass/protocol';
import { Field, FormDialog, Segments, TextArea } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type OpenProps, progressOf } from '../../platform/dialog.tsx';
import { shownName } from '../../platform/shownName.ts';
import { judgementIcons } from './VerdictButtons.tsx';
import { allJudgements, goalOf, judgements } from './words.ts';

export interface VerdictDialogProps extends OpenProps {
  readonly run: Run;
  /** Resolves when it is kept. */
  readonly onGive: (verdict: GiveVerdict) => Promise<unknown>;
}

/** A verdict with its reason. */
export function VerdictDialog({ run, open, onOpenChange, onGive }: VerdictDialogProps) {
  const [judgement, setJudgement] = useState<Judgement | null>(null);
  const [reason, setReason] = useState('');
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const sending = useMutation({ mutationFn: onGive, onSuccess: () => onOpenChange(false) });
  const { verdict } = run;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed stays while the run goes on behind it
  useEffect(() => {
    if (!open) return;
    setJudgement(verdict?.judgement ?? null);
    setReason(verdict?.reason ?? '');
    sending.reset();
  }, [open, run.id]);
  const give = () => {
    if (judgement === null) return;
    sending.mutate({ judgement, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) });
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const inText = (event.target as Element).matches('textarea');
    const chosen = allJudgements.find((each) => judgements[each].key === event.key);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) give();
    else if (!inText && chosen !== undefined) {
      setJudgement(chosen);
      reasonField.current?.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Verdict"
      description={<bdi className="run-verdict-of">{shownName(goalOf(run))}</bdi>}
      submitLabel="Give verdict"
      {...progressOf(sending)}
      disabled={judgement === null}
      onSubmit={give}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys for what is in it */}
      <div className="run-verdict-form" onKeyDown={handleKeyDown}>
        <Segments
          label="Verdict"
          value={judgement ?? 'none'}
          onChange={(next) => setJudgement(next as Judgement)}
          segments={allJudgements.map((value) => ({
            value: value as string,
            name: judgements[value].word,
            label: (
              <span className={`run-verdict-choice ui-tone-${judgements[value].tone}`}>
                {judgementIcons[value]} {judgements[value].word} <kbd>{judgements[value].key}</kbd>
              </span>
            ),
          }))}
        />
        <Field label="Reason" hint="Optional. Control Enter gives the verdict.">
          <TextArea
            ref={reasonField}
            value={reason}
            maxLength={2_000}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Field>
      </div>
    </FormDialog>
  );
}
