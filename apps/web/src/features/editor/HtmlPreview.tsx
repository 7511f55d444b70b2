import { useEffect, useState } from 'react';
import type { DocumentModel } from './documentModel.ts';
import { framedPage } from './framedPage.ts';

/** A preview drawn for every key would flicker. */
const DRAW_AFTER_MS = 300;

/** How a page would look. Its frame has an origin of its own, runs nothing, loads nothing and leads nowhere. */
export default function HtmlPreview({ model, name }: { model: DocumentModel; name: string }) {
  const [text, setText] = useState(() => model.getText());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setText(model.getText()), DRAW_AFTER_MS);
    };
    const stops = [model.onEdit(draw), model.subscribe(draw)];
    draw();
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [model]);
  return (
    <div className="editor-page">
      <p className="editor-page-note" role="note">
        Drawn without its scripts and without what lies in other files. To use it, serve it in the sandbox and open the
        port.
      </p>
      <iframe title={`Preview of ${name}`} sandbox="" referrerPolicy="no-referrer" srcDoc={framedPage(text)} />
    </div>
  );
}
