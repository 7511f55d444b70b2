/** What a person can choose for their terminals, in the words of every place that asks. */
import type { TerminalPreferences } from './preferences.ts';

type Choices<Key extends keyof TerminalPreferences> = readonly {
  readonly value: TerminalPreferences[Key];
  readonly label: string;
}[];

export const terminalFonts: Choices<'font'> = [
  { value: 'jetbrains', label: 'JetBrains Mono' },
  { value: 'system', label: 'The system’s' },
];

export const terminalColors: Choices<'colors'> = [
  { value: 'page', label: 'As the page' },
  { value: 'contrast', label: 'High contrast' },
];

export const terminalBells: Choices<'bell'> = [
  { value: 'none', label: 'Nothing' },
  { value: 'flash', label: 'Flash' },
  { value: 'sound', label: 'Flash and sound' },
];
