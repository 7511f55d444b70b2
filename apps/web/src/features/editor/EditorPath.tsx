import { shownPath } from './shownPath.ts';

/** Where the file is: the folders, and its name where one looks for it. */
export function EditorPath({ path }: { path: string }) {
  const folders = shownPath(path).split('/').filter(Boolean);
  const name = folders.pop() ?? '/';
  return (
    <bdi className="editor-path" title={shownPath(path)}>
      {folders.join(' / ')}
      {folders.length === 0 ? '' : ' / '}
      <b>{name}</b>
    </bdi>
  );
}
