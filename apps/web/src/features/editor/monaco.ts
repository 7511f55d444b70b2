/** The only file that loads Monaco: its core, the features that are wanted, and languages that load when a file needs them. */
import * as monaco from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/anchorSelect/register';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/diffEditor/register';
import 'monaco-editor/features/dnd/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/gotoLine/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/longLinesHelper/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/quickCommand/register';
import 'monaco-editor/features/readOnlyMessage/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/unicodeHighlighter/register';
import 'monaco-editor/features/unusualLineTerminators/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/bat/register';
import 'monaco-editor/languages/definitions/cpp/register';
import 'monaco-editor/languages/definitions/csharp/register';
import 'monaco-editor/languages/definitions/css/register';
import 'monaco-editor/languages/definitions/dart/register';
import 'monaco-editor/languages/definitions/dockerfile/register';
import 'monaco-editor/languages/definitions/elixir/register';
import 'monaco-editor/languages/definitions/go/register';
import 'monaco-editor/languages/definitions/graphql/register';
import 'monaco-editor/languages/definitions/hcl/register';
import 'monaco-editor/languages/definitions/html/register';
import 'monaco-editor/languages/definitions/ini/register';
import 'monaco-editor/languages/definitions/java/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/kotlin/register';
import 'monaco-editor/languages/definitions/less/register';
import 'monaco-editor/languages/definitions/lua/register';
import 'monaco-editor/languages/definitions/markdown/register';
import 'monaco-editor/languages/definitions/perl/register';
import 'monaco-editor/languages/definitions/php/register';
import 'monaco-editor/languages/definitions/protobuf/register';
import 'monaco-editor/languages/definitions/python/register';
import 'monaco-editor/languages/definitions/r/register';
import 'monaco-editor/languages/definitions/ruby/register';
import 'monaco-editor/languages/definitions/rust/register';
import 'monaco-editor/languages/definitions/scala/register';
import 'monaco-editor/languages/definitions/scss/register';
import 'monaco-editor/languages/definitions/shell/register';
import 'monaco-editor/languages/definitions/sql/register';
import 'monaco-editor/languages/definitions/swift/register';
import 'monaco-editor/languages/definitions/typescript/register';
import 'monaco-editor/languages/definitions/xml/register';
import 'monaco-editor/languages/definitions/yaml/register';
import 'monaco-editor/languages/features/json/register';
import JsonWorker from 'monaco-editor/languages/features/json/json.worker?worker';
import type { Theme } from '../../platform/theme.ts';
import { tokenColor } from '../../platform/tokenColor.ts';

self.MonacoEnvironment = {
  getWorker: (_, label) => (label === 'json' ? new JsonWorker() : new EditorWorker()),
};

/** Sets Monaco's colours from the page's tokens. Monaco has one theme for the whole page. */
export function setMonacoTheme(theme: Theme): void {
  monaco.editor.defineTheme('sandglass', {
    base: theme === 'light' ? 'vs' : theme === 'contrast' ? 'hc-black' : 'vs-dark',
    inherit: true,
    rules: [{ token: 'comment', foreground: tokenColor('text-3').slice(1), fontStyle: 'italic' }],
    colors: {
      'editor.background': tokenColor('panel'),
      'editor.foreground': tokenColor('text'),
      'editorLineNumber.foreground': tokenColor('text-3'),
      'editorLineNumber.activeForeground': tokenColor('text-2'),
      'editor.lineHighlightBackground': tokenColor('raised'),
      'editor.lineHighlightBorder': tokenColor('raised'),
      'editorCursor.foreground': tokenColor('text'),
      'editorWidget.background': tokenColor('raised'),
      'editorWidget.border': tokenColor('line-strong'),
      'editorIndentGuide.background1': tokenColor('line'),
      'editorGutter.background': tokenColor('panel'),
      'diffEditor.border': tokenColor('line'),
      'diffEditor.insertedLineBackground': `${tokenColor('ok')}1c`,
      'diffEditor.removedLineBackground': `${tokenColor('err')}1c`,
      'diffEditor.insertedTextBackground': `${tokenColor('ok')}30`,
      'diffEditor.removedTextBackground': `${tokenColor('err')}30`,
      'scrollbarSlider.background': `${tokenColor('line-strong')}88`,
      focusBorder: tokenColor('sand-text'),
    },
  });
  monaco.editor.setTheme('sandglass');
}

export { monaco };
