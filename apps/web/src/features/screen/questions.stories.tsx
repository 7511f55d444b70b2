import { AppError, type FileListing, type PageId, type PagePopup, type SandboxId } from '@sandglass/protocol';
import { framed } from '../../platform/paneStory.tsx';
import { BrowserQuestion } from './BrowserQuestion.tsx';
import type { BrowserShown } from './browserShown.ts';
import { FileChoice, type FileChoiceProps } from './FileChoice.tsx';

export default { title: 'Panes/Questions of a page' };

const at = framed('screen-pane', 560, 380);
const nothing = () => undefined;
const page = 'page' as PageId;

const question = (shown: Partial<BrowserShown>, active = true) =>
  at(
    <BrowserQuestion
      sandbox={'sbx_7k2m' as SandboxId}
      shown={{ dialog: null, popup: null, ...shown } as BrowserShown}
      active={active}
      act={nothing}
    />,
  );
const popup = (given: Partial<PagePopup>, active = true) =>
  question(
    {
      popup: {
        page,
        popup: {
          ...{ kind: 'select', x: 0, y: 0, width: 10, height: 10, multiple: false, value: 'b', options: [] },
          ...given,
        },
      },
    } as Partial<BrowserShown>,
    active,
  );
const options = ['a', 'b', 'c'].map((value) => ({ label: `Option ${value}`, value, disabled: value === 'c' }));
const prompt = { dialog: 'prompt', message: 'What is your name?', given: 'Ann', page };

export const Select = popup({ options });
export const PickedDate = popup({ kind: 'date', value: '2026-01-01' });
export const Prompt = question({ dialog: prompt } as unknown as Partial<BrowserShown>);
export const PromptForWhoWatches = question({ dialog: prompt } as unknown as Partial<BrowserShown>, false);

const entry = (name: string, kind: 'file' | 'directory') => ({ name, path: `/home/user/${name}`, kind });
const data = {
  path: '/home/user',
  items: [entry('docs', 'directory'), entry('report 1.txt', 'file'), entry('report 2.txt', 'file')],
  truncated: false,
} as unknown as FileListing;
const files = (given: Partial<FileChoiceProps>) =>
  at(
    <FileChoice
      listing={{ data, error: null, isPending: false }}
      {...{ chosen: [], multiple: true, active: true, uploading: false }}
      {...{ choose: nothing, onFolder: nothing, onAdd: nothing, onLeaveOut: nothing, onUpload: nothing }}
      {...given}
    />,
  );

export const Files = files({});
export const FilesChosen = files({ chosen: ['/home/user/report 1.txt', '/home/user/report 2.txt'] });
export const FilesLoading = files({ listing: { data: undefined, error: null, isPending: true } });
export const FilesEmpty = files({ listing: { data: { ...data, items: [] }, error: null, isPending: false } });
export const FilesFailed = files({
  listing: { data: undefined, error: new AppError('forbidden', 'This folder is not yours.'), isPending: false },
});
export const FilesUploading = files({ uploading: true });
export const FilesForWhoWatches = files({ active: false });
