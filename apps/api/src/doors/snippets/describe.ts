import type { DoorDescription } from '@sandglass/protocol';
import type { DoorFacts } from '../door.ts';
import { cdpTexts } from './cdp.ts';
import { computerTexts } from './computer.ts';
import { e2bTexts } from './e2b.ts';
import { mcpTexts } from './mcp.ts';
import { modelTexts } from './model.ts';
import { nativeTexts } from './native.ts';
import type { DoorTexts, SnippetPlace } from './snippet.ts';

const texts: Readonly<Partial<Record<DoorFacts['name'], DoorTexts>>> = {
  e2b: e2bTexts,
  mcp: mcpTexts,
  cdp: cdpTexts,
  computer: computerTexts,
  model: modelTexts,
};

/** Every door that is open here, as somebody reads it who wants to connect an agent. */
export function describeToPerson(doors: readonly DoorFacts[], place: SnippetPlace): DoorDescription[] {
  const items = doors.flatMap((door): DoorDescription[] => {
    const known = texts[door.name];
    if (known === undefined) return [];
    const variables = { ...door.describe(place) };
    const { title, about, snippets } = known;
    return [{ name: door.name, title, about, variables, snippets: [...snippets(place, variables)] }];
  });
  const { title, about, snippets } = nativeTexts;
  const native = { name: 'native', title, about, variables: { url: place.url, token: place.token } };
  return [...items, { ...native, snippets: [...snippets(place, {})] }];
}
