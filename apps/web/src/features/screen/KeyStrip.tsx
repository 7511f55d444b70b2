import { Button } from '@sandglass/ui';

const keys = [
  ['Esc', 0xff1b],
  ['Tab', 0xff09],
  ['⌫', 0xff08, 'Backspace'],
  ['↵', 0xff0d, 'Enter'],
  ['←', 0xff51, 'Left'],
  ['↑', 0xff52, 'Up'],
  ['↓', 0xff54, 'Down'],
  ['→', 0xff53, 'Right'],
] as const;

/** The keys that a phone's keyboard has not. */
export function KeyStrip({ onKey }: { onKey: (keysym: number) => void }) {
  return (
    <div className="screen-strip" role="toolbar" aria-label="Keys">
      {keys.map(([label, keysym, name]) => (
        <Button
          key={keysym}
          size="small"
          aria-label={name ?? label}
          // The phone's keyboard stays while the text field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onKey(keysym)}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}
