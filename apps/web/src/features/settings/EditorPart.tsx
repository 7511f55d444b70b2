import { preferences, usePreferences } from '../../platform/preferences.ts';
import { FontSize } from './FontSize.tsx';
import { ChoiceRow, Part, Row, SwitchRow } from './Part.tsx';

export function EditorPart() {
  const { editor } = usePreferences();
  return (
    <Part id="editor" title="Editor">
      <Row name="Text size">
        <FontSize
          label="Text size of the editor"
          value={editor.fontPx}
          onChange={(fontPx) => preferences.change('editor', { fontPx })}
        />
      </Row>
      <ChoiceRow
        name="Save"
        about="By itself: a moment after the last key, unless somebody else has changed the file."
        value={editor.autosave}
        segments={[
          { value: 'off', label: 'When I say so' },
          { value: 'pause', label: 'By itself' },
        ]}
        onChange={(autosave) => preferences.change('editor', { autosave })}
      />
      <SwitchRow
        name="Wrap long lines"
        checked={editor.wrap}
        onChange={(wrap) => preferences.change('editor', { wrap })}
      />
    </Part>
  );
}
