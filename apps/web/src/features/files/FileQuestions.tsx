import type { SandboxId } from '@sandglass/protocol';
import { Button, Dialog, ErrorNote, Field, Input } from '@sandglass/ui';
import { type FormEvent, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { shownName } from '../../platform/shownName.ts';
import type { FileQuestion } from './fileActions.ts';
import { joinPath, nameProblem, parentOf } from './paths.ts';

interface FileQuestionsProps {
  readonly question: FileQuestion | null;
  readonly sandbox: SandboxId;
  readonly onClose: () => void;
  /** `path` is what should be shown now. */
  readonly onDone: (path: string | null) => void;
}

/** Asks for a name, or whether to delete, and does it. */
export function FileQuestions({ question, ...rest }: FileQuestionsProps) {
  if (question === null) return null;
  if (question.kind === 'remove') return <RemoveQuestion {...rest} question={question as RemoveOf} />;
  return <NameQuestion key={`${question.kind}`} {...rest} question={question as NameOf} />;
}

type RemoveOf = Extract<FileQuestion, { kind: 'rename' | 'remove' }>;
type NameOf = FileQuestion;

const titles = { newFile: 'New file', newFolder: 'New folder', rename: 'Rename', remove: 'Delete' } as const;
const verbs = { newFile: 'Create', newFolder: 'Create', rename: 'Rename', remove: 'Delete' } as const;

function useDoing(act: () => Promise<string | null>, onDone: (path: string | null) => void) {
  const [state, setState] = useState<{ phase: 'asking' | 'doing' } | { phase: 'failed'; error: unknown }>({
    phase: 'asking',
  });
  const run = async () => {
    setState({ phase: 'doing' });
    try {
      onDone(await act());
    } catch (error) {
      setState({ phase: 'failed', error });
    }
  };
  return {
    busy: state.phase === 'doing',
    failure: state.phase === 'failed' ? describeFailure(state.error) : null,
    run,
  };
}

function NameQuestion({
  question,
  sandbox,
  onClose,
  onDone,
}: Omit<FileQuestionsProps, 'question'> & { question: NameOf }) {
  const client = useClient();
  const old = 'entry' in question ? question.entry : null;
  const directory = 'directory' in question ? question.directory : parentOf(question.entry.path);
  const [name, setName] = useState(old?.name ?? '');
  const params = { sandbox };
  const { busy, failure, run } = useDoing(async () => {
    const path = joinPath(directory, name);
    if (question.kind === 'newFolder') await client.request('makeDirectory', { params, body: { path } });
    else if (question.kind === 'newFile')
      await client.request('writeFile', { params, query: { path, expectedVersion: 'none' }, body: new Uint8Array() });
    else if (old !== null && old.path !== path)
      await client.request('moveFile', { params, body: { from: old.path, to: path } });
    return path;
  }, onDone);
  const problem = name === '' ? undefined : nameProblem(name);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (name !== '' && problem === undefined && !busy) void run();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={old === null ? titles[question.kind] : `Rename “${shownName(old.name)}”`}
      description={<>In {shownName(directory)}</>}
      actions={
        <Button tone="primary" busy={busy} disabled={name === '' || problem !== undefined} onClick={() => void run()}>
          {verbs[question.kind]}
        </Button>
      }
    >
      <form onSubmit={handleSubmit}>
        <Field label="Name" error={problem ?? failure?.detail}>
          <Input
            mono
            autoFocus
            onFocus={(event) => event.target.select()}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}

function RemoveQuestion({
  question,
  sandbox,
  onClose,
  onDone,
}: Omit<FileQuestionsProps, 'question'> & { question: RemoveOf }) {
  const client = useClient();
  const { entry } = question;
  const folder = entry.kind === 'directory';
  const { busy, failure, run } = useDoing(async () => {
    const query = { path: entry.path, ...(folder ? { recursive: 'true' as const } : {}) };
    await client.request('removeFile', { params: { sandbox }, query });
    return null;
  }, onDone);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Delete “${shownName(entry.name)}”?`}
      description={
        folder
          ? 'The folder and everything in it. There is no trash in the sandbox.'
          : 'There is no trash in the sandbox.'
      }
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button tone="danger" busy={busy} onClick={() => void run()}>
            Delete
          </Button>
        </>
      }
    >
      {failure === null ? (
        <code className="files-path">{shownName(entry.path)}</code>
      ) : (
        <ErrorNote title={failure.title} id={failure.id}>
          {failure.detail}
        </ErrorNote>
      )}
    </Dialog>
  );
}
