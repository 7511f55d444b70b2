import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { tokenColor } from '../../platform/tokenColor.ts';

export interface SearchQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly regex: boolean;
}

/** `index` is -1 while none is chosen. `capped`: there are more than are counted. */
export interface SearchResult {
  readonly index: number;
  readonly count: number;
  readonly capped: boolean;
}

/** Marking more than this in a long scrollback is felt while typing. */
const MOST_MARKED = 1_000;
/** An expression that backtracks for ever would stop the page; a person's are short. */
const MOST_CHARACTERS = 200;

/** Finding text in the scrollback; all matches are marked, one is chosen. */
export class XtermSearch {
  readonly #addon = new SearchAddon({ highlightLimit: MOST_MARKED });

  constructor(terminal: Terminal, onResult: (result: SearchResult) => void) {
    terminal.loadAddon(this.#addon);
    this.#addon.onDidChangeResults(({ resultIndex, resultCount }) =>
      onResult({ index: resultIndex, count: resultCount, capped: resultCount >= MOST_MARKED }),
    );
  }

  /** @returns false when the expression is none */
  find(query: SearchQuery, direction: 'next' | 'previous' | 'typing'): boolean {
    if (query.text === '') {
      this.clear();
      return true;
    }
    if (query.regex && !isExpression(query.text)) return false;
    const options: ISearchOptions = {
      caseSensitive: query.matchCase,
      regex: query.regex,
      incremental: direction === 'typing',
      decorations: {
        matchBackground: tokenColor('found'),
        matchOverviewRuler: tokenColor('sand-text'),
        activeMatchBackground: tokenColor('found-now'),
        activeMatchColorOverviewRuler: tokenColor('sand-text'),
      },
    };
    const text = query.text.slice(0, MOST_CHARACTERS);
    // The add-on marks anew only for another text; for another case or kind of search it has to forget first.
    if (direction === 'typing') this.#addon.clearDecorations();
    if (direction === 'next') this.#addon.findNext(text, options);
    else this.#addon.findPrevious(text, options);
    return true;
  }

  clear(): void {
    this.#addon.clearDecorations();
  }
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
