import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';
import { type ReactNode, useRef } from 'react';

interface RowKey {
  readonly label: string;
  readonly shown?: ReactNode;
  readonly press: KeyboardEventInit & { keyCode: number };
}

const control = (letter: string): RowKey => ({
  label: `Control ${letter}`,
  shown: `^${letter}`,
  press: { key: letter.toLowerCase(), code: `Key${letter}`, keyCode: letter.charCodeAt(0), ctrlKey: true },
});

/** What a touch keyboard lacks and a shell needs. */
const keys: readonly RowKey[] = [
  { label: 'Escape', shown: 'Esc', press: { key: 'Escape', keyCode: 27 } },
  { label: 'Tab', press: { key: 'Tab', keyCode: 9 } },
  control('C'),
  control('D'),
  control('Z'),
  control('R'),
  { label: 'Up', shown: <ArrowUp size={15} />, press: { key: 'ArrowUp', keyCode: 38 } },
  { label: 'Down', shown: <ArrowDown size={15} />, press: { key: 'ArrowDown', keyCode: 40 } },
  { label: 'Left', shown: <ArrowLeft size={15} />, press: { key: 'ArrowLeft', keyCode: 37 } },
  { label: 'Right', shown: <ArrowRight size={15} />, press: { key: 'ArrowRight', keyCode: 39 } },
];

/** Presses the keys in the terminal above it, as a keyboard would: the terminal knows best what each sends. */
export function KeyRow() {
  const row = useRef<HTMLDivElement>(null);
  const press = (init: RowKey['press']) => {
    const target = row.current?.parentElement?.querySelector<HTMLTextAreaElement>('.xterm-helper-textarea');
    target?.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }));
    target?.dispatchEvent(new KeyboardEvent('keyup', { ...init, bubbles: true }));
  };
  return (
    <div ref={row} className="narrow-keys" role="toolbar" aria-label="Keys">
      {keys.map(({ label, shown, press: init }) => (
        <button
          key={label}
          type="button"
          aria-label={label}
          // The touch keyboard stays as it is, open or closed.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => press(init)}
        >
          {shown ?? label}
        </button>
      ))}
    </div>
  );
}
