import type { Sandbox } from '@sandglass/protocol';
import { useStore } from '../../platform/store.ts';
import { ClipboardQuestion } from './ClipboardQuestion.tsx';
import { LinkQuestion } from './LinkQuestion.tsx';
import { PasteQuestion } from './PasteQuestion.tsx';
import type { TerminalViewModel } from './terminalViewModel.ts';

interface TerminalQuestionsProps {
  readonly view: TerminalViewModel;
  readonly sandbox: Sandbox | undefined;
  readonly onPaste: (text: string) => void;
}

/** The one dialog that a view of a terminal may have open. */
export function TerminalQuestions({ view, sandbox, onPaste }: TerminalQuestionsProps) {
  const { question } = useStore(view);
  if (question === null) return null;
  const close = () => view.answered();
  if (question.kind === 'link') return <LinkQuestion url={question.url} sandbox={sandbox} onClose={close} />;
  if (question.kind === 'paste')
    return (
      <PasteQuestion
        report={question.report}
        onClose={close}
        onPaste={(text) => {
          close();
          onPaste(text);
        }}
      />
    );
  return (
    <ClipboardQuestion
      text={question.text}
      onClose={close}
      onDone={() => {
        close();
        view.dropClipboard({ always: false });
      }}
    />
  );
}
