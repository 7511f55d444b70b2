/** The colours that the canvas draws with, as the theme in force has them. */
import { tokenColor } from '../../platform/tokenColor.ts';

const tokens = {
  agent: 'agent',
  person: 'human',
  system: 'system',
  file: 'ok',
  failed: 'err',
  warn: 'warn',
  check: 'check',
  frozen: 'idle',
  line: 'line',
  edge: 'line-strong',
  text: 'text-2',
  label: 'text-3',
  ground: 'panel',
  raised: 'raised',
  screenFrom: 'screen-from',
  screenTo: 'screen-to',
} as const;

export type Palette = Readonly<Record<keyof typeof tokens, string>> & { readonly font: string };

export function readPalette(): Palette {
  const colours = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, tokenColor(token)]));
  return { ...colours, font: tokenColor('mono') } as Palette;
}

/** Hears of every change of theme: the page's choice, the system's scheme and its wish for contrast. @returns stop */
export function onPaletteChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const queries = ['(prefers-color-scheme: light)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', listener);
  };
}
