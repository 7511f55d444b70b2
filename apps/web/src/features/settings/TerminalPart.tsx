import { preferences, type TerminalPreferences, usePreferences } from '../../platform/preferences.ts';
import { terminalBells, terminalColors, terminalFonts } from '../../platform/terminalChoices.ts';
import { FontSize } from './FontSize.tsx';
import { ChoiceRow, Part, Row, SwitchRow } from './Part.tsx';

export function TerminalPart() {
  const { terminal } = usePreferences();
  const change = (part: Partial<TerminalPreferences>) => preferences.change('terminal', part);
  return (
    <Part id="terminal" title="Terminal" about="How you see terminals; nobody else’s change.">
      <Row name="Text size">
        <FontSize label="Text size of terminals" value={terminal.fontPx} onChange={(fontPx) => change({ fontPx })} />
      </Row>
      <ChoiceRow name="Font" value={terminal.font} segments={terminalFonts} onChange={(font) => change({ font })} />
      <ChoiceRow
        name="Colours"
        value={terminal.colors}
        segments={terminalColors}
        onChange={(colors) => change({ colors })}
      />
      <SwitchRow
        name="Copy what is selected"
        about="At once, without Ctrl Shift C."
        checked={terminal.copyOnSelect}
        onChange={(copyOnSelect) => change({ copyOnSelect })}
      />
      <ChoiceRow
        name="Bell"
        about="Its sound needs Sound to be on too."
        value={terminal.bell}
        segments={terminalBells}
        onChange={(bell) => change({ bell })}
      />
      <SwitchRow
        name="Answer programs"
        about="They may ask what kind of terminal this is."
        checked={terminal.identify}
        onChange={(identify) => change({ identify })}
      />
      <SwitchRow
        name="Screen reader"
        about="Says the lines as they come; drawing is a little slower."
        checked={terminal.screenReader}
        onChange={(screenReader) => change({ screenReader })}
      />
    </Part>
  );
}
