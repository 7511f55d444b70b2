import { Button, ErrorState } from '@sandglass/ui';
import { describeFailure } from '../../platform/errors.ts';
import { shownName } from '../../platform/shownName.ts';
import { titleOfFailure } from './openedFile.ts';

/** The file is not what it should be: what is wrong with it, and what to do. */
export function OpenFailed({ name, error, onChoose }: { name: string; error: unknown; onChoose: () => void }) {
  return (
    <ErrorState title={titleOfFailure(error)} action={<Button onClick={onChoose}>Open another file…</Button>}>
      <b>{shownName(name)}</b>: {describeFailure(error).detail}
    </ErrorState>
  );
}
