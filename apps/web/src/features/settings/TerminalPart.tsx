import { Segments, Switch } from '@sandglass/ui';
import { preferences, type TerminalPreferences, usePreferences } from '../../platform/preferences.ts';
import { terminalBells, terminalColors, terminalFonts } from '../../platform/terminalChoices.ts';
import { FontSize } from './FontSize.tsx';
import { Part, Row } from './Part.tsx';

export function TerminalPart() {
  const { terminal } = usePreferences();
  const change = (part: Partial<TerminalPreferences>) => preferences.change('terminal', part);
  return (
    <Part id="terminal" title="Terminal" about="How you see terminals; nobody else’s change.">
      <Row name="Text size">
        <FontSize label="Text size of terminals" value={terminal.fontPx} onChange={(fontPx) => change({ fontPx })} />
      </Row>
      <Row name="Font">
        <Segments label="Font" value={terminal.font} segments={terminalFonts} onChange={(font) => change({ font })} />
      </Row>
      <Row name="Colours">
        <Segments
          label="Colours"
          value={terminal.colors}
          segments={terminalColors}
          onChange={(colors) => change({ colors })}
        />
      </Row>
      <Row name="Copy what is selected" about="At once, without Ctrl Shift C.">
        <Switch
          label="Copy what is selected"
          checked={terminal.copyOnSelect}
          onChange={(copyOnSelect) => change({ copyOnSelect })}
        />
      </Row>
      <Row name="Bell" about="Its sound needs Sound to be on too.">
        <Segments label="Bell" value={terminal.bell} segments={terminalBells} onChange={(bell) => change({ bell })} />
      </Row>
      <Row name="Answer programs" about="They may ask what kind of terminal this is.">
        <Switch label="Answer programs" checked={terminal.identify} onChange={(identify) => change({ identify })} />
      </Row>
      <Row name="Screen reader" about="Says the lines as they come; drawing is a little slower.">
        <Switch
          label="Screen reader"
          checked={terminal.screenReader}
          onChange={(screenReader) => change({ screenReader })}
        />
      </Row>
    </Part>
  );
}
