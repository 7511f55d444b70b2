import { Button, Dialog, Field, IconButton, Select, Switch } from '@sandglass/ui';
import { Minus, Plus } from 'lucide-react';
import { fontPx as sizesPx } from '../../platform/preferences.ts';
import { terminalBells, terminalColors, terminalFonts } from '../../platform/terminalChoices.ts';
import { changeTerminalSettings, useTerminalSettings, zoomTerminals } from './terminalSettings.ts';

/** How terminals look and behave for this person, in every sandbox. */
export function TerminalSettingsDialog({ onClose }: { onClose: () => void }) {
  const settings = useTerminalSettings();
  const { fontPx } = settings;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="How terminals look and behave"
      description="For you, in every sandbox. Where you decide a terminal’s size, larger text means fewer characters, for all who look."
      actions={
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="terminal-settings">
        <div className="terminal-setting">
          <span id="terminal-text-size">Text size</span>
          <span className="terminal-stepper">
            <IconButton label="Smaller text" disabled={fontPx <= sizesPx.least} onClick={() => zoomTerminals(-1)}>
              <Minus size={13} />
            </IconButton>
            <output aria-labelledby="terminal-text-size">{fontPx} px</output>
            <IconButton label="Larger text" disabled={fontPx >= sizesPx.most} onClick={() => zoomTerminals(1)}>
              <Plus size={13} />
            </IconButton>
          </span>
        </div>
        <Field label="Font">
          <Select value={settings.font} options={terminalFonts} onChange={(font) => changeTerminalSettings({ font })} />
        </Field>
        <Field label="Colours">
          <Select
            value={settings.colors}
            options={terminalColors}
            onChange={(colors) => changeTerminalSettings({ colors })}
          />
        </Field>
        <Field label="Bell">
          <Select value={settings.bell} options={terminalBells} onChange={(bell) => changeTerminalSettings({ bell })} />
        </Field>
        <Choice
          label="Copy what you select"
          hint="To your clipboard, as soon as you let go of the mouse."
          checked={settings.copyOnSelect}
          onChange={(copyOnSelect) => changeTerminalSettings({ copyOnSelect })}
        />
        <Choice
          label="Read out to screen readers"
          hint="Keeps a copy of the text for them; slower with much output."
          checked={settings.screenReader}
          onChange={(screenReader) => changeTerminalSettings({ screenReader })}
        />
        <Choice
          label="Programs may ask what terminal this is"
          hint="Some wait for the answer when they start. Others hide what is typed into your shell in it."
          checked={settings.identify}
          onChange={(identify) => changeTerminalSettings({ identify })}
        />
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Choice({ label, hint, checked, onChange }: ChoiceProps) {
  return (
    <div className="terminal-setting">
      <span>
        {label}
        <small>{hint}</small>
      </span>
      <Switch label={label} checked={checked} onChange={onChange} />
    </div>
  );
}
