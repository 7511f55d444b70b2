import { splitName } from '../../platform/shownName.ts';

/** A name that the sandbox chose; hidden characters are written out and marked. */
export function FileName({ name }: { name: string }) {
  const parts = splitName(name);
  return (
    <bdi className="files-name">
      {parts.map((part, index) =>
        part.escaped ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name have no other identity
          <span key={index} className="files-escaped">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}
