import { useNavigate } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { createElement } from 'react';
import { chooseFile } from '../features/bundle/chooseFile.ts';
import type { OpenedFile } from '../features/bundle/openedFile.ts';
import { useActions } from '../platform/useAction.ts';

let opened: Promise<OpenedFile> | undefined;

/** The recording that the page has open, whichever route is shown. What reads files is loaded with the first of them. */
export function openedFile(): Promise<OpenedFile> {
  opened ??= import('../features/bundle/openedFile.ts').then(({ OpenedFile }) => new OpenedFile());
  return opened;
}

/** Opens a file of the person and goes where it is shown; the way to it is in ⌘K. */
export function useOpenRecording(): { open: (file: File) => void; choose: () => void } {
  const navigate = useNavigate();
  const open = (file: File) => {
    void openedFile().then((model) => model.open(file.name, file));
    void navigate({ to: '/replay' });
  };
  const choose = () => chooseFile(open);
  useActions([
    {
      id: 'recording.open',
      title: 'Open a recording…',
      group: 'Go to',
      icon: createElement(FileUp, { size: 14 }),
      keywords: 'file sandglass bundle replay offline import',
      run: choose,
    },
  ]);
  return { open, choose };
}
