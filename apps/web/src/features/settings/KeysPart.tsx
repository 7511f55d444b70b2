import { KeysList } from '../../platform/KeysList.tsx';
import { Part } from './Part.tsx';

export function KeysPart() {
  return (
    <Part
      id="keys"
      title="Keys"
      about="Those of every page. Each view adds its own: press ? there. In a terminal, an editor or a captured screen all keys are its own; Ctrl Alt Esc leaves."
    >
      <KeysList />
    </Part>
  );
}
