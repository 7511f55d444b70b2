import type { TerminalSettings } from './terminalSettings.ts';

const families: Record<TerminalSettings['font'], string> = {
  jetbrains: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace',
  system: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace',
};

export const familyOf = (font: TerminalSettings['font']): string => families[font];

/** The font must be there before xterm measures its cells. */
export async function loadTerminalFont(font: TerminalSettings['font']): Promise<void> {
  const loading = ['', 'bold '].map((weight) => document.fonts.load(`${weight}12px ${familyOf(font)}`));
  await Promise.all(loading).catch(() => undefined);
}
