import { Button, ErrorNote, ErrorState } from '@sandglass/ui';
import { describeFailure } from './errors.ts';
import { isMissingPart } from './missingPart.ts';
import { PartMissing } from './PartMissing.tsx';

/** A view whose data could not be had: what happened, and a way to try again. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (isMissingPart(error)) return <PartMissing />;
  const failure = describeFailure(error);
  return (
    <ErrorState
      title={failure.title}
      id={failure.id}
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>Try again</Button>}
    >
      {failure.detail}
    </ErrorState>
  );
}

/** The same on one strip, inside a form. */
export function FailedNote({ error }: { error: unknown }) {
  const failure = describeFailure(error);
  return (
    <ErrorNote title={failure.title} id={failure.id}>
      {failure.detail}
    </ErrorNote>
  );
}
