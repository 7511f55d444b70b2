/** What in the output can be pointed at: addresses, links whose text hides their target (OSC 8), files of the sandbox. */
import { WebLinksAddon } from '@xterm/addon-web-links';
import type { IBufferLine, ILink, ILinkHandler, Terminal } from '@xterm/xterm';
import { findMentions } from './fileLinks.ts';
import { findSafeLink } from './safeLink.ts';

export interface LinkEvents {
  readonly onLink: (url: URL) => void;
  readonly onFile: (path: string, line: number | undefined) => void;
  /** What the pointer is over really leads to; null when over nothing. */
  readonly onHover: (target: string | null) => void;
  readonly findFile: (path: string) => Promise<string | undefined>;
}

/** Links of OSC 8. Only http and https are links at all; the true target is shown while the pointer is over one. */
export function createLinkHandler({ onLink, onHover }: LinkEvents): ILinkHandler {
  return {
    activate: (_, text) => {
      const url = findSafeLink(text);
      if (url !== undefined) onLink(url);
    },
    hover: (_, text) => onHover(findSafeLink(text)?.href ?? null),
    leave: () => onHover(null),
    allowNonHttpProtocols: false,
  };
}

export function addLinks(terminal: Terminal, events: LinkEvents): void {
  const handler = createLinkHandler(events);
  terminal.loadAddon(
    new WebLinksAddon((event, text) => handler.activate(event, text, noRange), {
      hover: (event, text) => handler.hover?.(event, text, noRange),
      leave: () => events.onHover(null),
    }),
  );
  let newest = 0;
  terminal.registerLinkProvider({
    provideLinks: (row, callback) => {
      const asked = ++newest;
      const line = terminal.buffer.active.getLine(row - 1);
      if (line === undefined) callback(undefined);
      else
        void findFileLinks(line, row, events).then((links) => {
          // xterm would take a late answer of one line for the answer of the line that the pointer is on by now.
          if (asked === newest) callback(links);
        });
    },
  });
}

const noRange = { start: { x: 1, y: 1 }, end: { x: 1, y: 1 } };

async function findFileLinks(line: IBufferLine, row: number, events: LinkEvents): Promise<ILink[] | undefined> {
  const { text, columns } = readCells(line);
  const links: ILink[] = [];
  for (const mention of findMentions(text)) {
    const path = await events.findFile(mention.path);
    if (path === undefined) continue;
    const place = mention.line === undefined ? path : `${path}:${mention.line}`;
    links.push({
      text: place,
      range: { start: { x: columns[mention.from]! + 1, y: row }, end: { x: columns[mention.to - 1]! + 1, y: row } },
      activate: () => events.onFile(path, mention.line),
      hover: () => events.onHover(place),
      leave: () => events.onHover(null),
    });
  }
  return links.length === 0 ? undefined : links;
}

/** The line's text, and the column of each of its characters: wide ones take two. */
function readCells(line: IBufferLine): { text: string; columns: number[] } {
  let text = '';
  const columns: number[] = [];
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const characters = cell.getChars() || ' ';
    text += characters;
    for (let i = 0; i < characters.length; i++) columns.push(column);
  }
  return { text, columns };
}
