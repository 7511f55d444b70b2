import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { nameProblem } from './paths.ts';

interface NameInputProps {
  readonly label: string;
  readonly start: string;
  readonly onName: (name: string) => void;
  readonly onCancel: () => void;
}

/** A name, given in its place. Enter takes it, Escape and leaving do not. */
export function NameInput({ label, start, onName, onCancel }: NameInputProps) {
  const [name, setName] = useState(start);
  const input = useRef<HTMLInputElement>(null);
  const problem = name === '' || name === start ? undefined : nameProblem(name);
  useEffect(() => {
    const dot = start.lastIndexOf('.');
    input.current?.focus();
    // The ending mostly stays what it is.
    input.current?.setSelectionRange(0, dot > 0 ? dot : start.length);
  }, [start]);
  const handleKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape') onCancel();
    if (event.key !== 'Enter' || problem !== undefined) return;
    if (name === '' || name === start) onCancel();
    else onName(name);
  };
  return (
    <span className="files-naming">
      <input
        ref={input}
        className="files-name-input"
        aria-label={label}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={handleKey}
        onBlur={onCancel}
        onClick={(event) => event.stopPropagation()}
      />
      {problem === undefined ? null : (
        <span role="alert" className="files-name-problem">
          {problem}
        </span>
      )}
    </span>
  );
}
