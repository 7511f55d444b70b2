import {
  fontPx,
  preferences,
  type TerminalPreferences,
  usePreferences,
  usualPreferences,
} from '../../platform/preferences.ts';

/** How this person likes terminals, in every sandbox. */
export type TerminalSettings = TerminalPreferences;

export const useTerminalSettings = (): TerminalSettings => usePreferences().terminal;
export const readTerminalSettings = (): TerminalSettings => preferences.state.terminal;
export const changeTerminalSettings = (change: Partial<TerminalSettings>): void =>
  preferences.change('terminal', change);

/** Larger or smaller by whole pixels; 0 = the usual size. */
export function zoomTerminals(stepPx: number): void {
  const wanted = stepPx === 0 ? usualPreferences.terminal.fontPx : readTerminalSettings().fontPx + stepPx;
  changeTerminalSettings({ fontPx: Math.max(fontPx.least, Math.min(fontPx.most, wanted)) });
}
