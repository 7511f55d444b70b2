import type { DoorDescription, SandboxId, Snippet } from '@sandglass/protocol';
import type { DoorAddress } from '../door.ts';

export interface SnippetPlace extends DoorAddress {
  /** In which the agent works; null: it makes its own, or the text names where to put the id. */
  readonly sandbox: SandboxId | null;
}

/** A door's words and programs. `variables` are those that the door describes itself with. */
export interface DoorTexts extends Pick<DoorDescription, 'title' | 'about'> {
  readonly snippets: (place: SnippetPlace, variables: Readonly<Record<string, string>>) => readonly Snippet[];
}

export const snippet = (given: Omit<Snippet, 'packages' | 'note'> & Partial<Snippet>): Snippet => ({
  packages: [],
  note: null,
  ...given,
  text: `${given.text.trim()}\n`,
});

/** In the place of an id that is not known. */
export const sandboxWord = ({ sandbox }: SnippetPlace): string => sandbox ?? 'SANDBOX_ID';
export const needsSandbox = ({ sandbox }: SnippetPlace): string | null =>
  sandbox === null ? 'Put the id of a sandbox in the place of SANDBOX_ID.' : null;
