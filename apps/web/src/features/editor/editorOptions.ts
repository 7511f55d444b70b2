import type { editor } from 'monaco-editor/editor';

/** How code looks, in the editor and in comparisons. */
export const editorOptions = {
  automaticLayout: true,
  fontFamily: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace',
  fontSize: 12,
  lineHeight: 19,
  fontLigatures: false,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  renderWhitespace: 'selection',
  smoothScrolling: false,
  padding: { top: 8, bottom: 8 },
  // Files are hostile: what looks like another character, or cannot be seen, is marked.
  unicodeHighlight: { ambiguousCharacters: true, invisibleCharacters: true, nonBasicASCII: false },
  links: false,
  fixedOverflowWidgets: true,
  stickyScroll: { enabled: false },
} satisfies editor.IEditorOptions & { automaticLayout: boolean };
