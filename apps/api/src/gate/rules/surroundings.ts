/** What is known around the calls of one sandbox: how many there were, what they cost, what the screen and the terminals showed last. */
import { isDeepStrictEqual } from 'node:util';
import { activeWindow, type LogEvent } from '@sandglass/protocol';
import { type Around, urlOf } from './facts.ts';
import type { AskedFacts, EndedFacts } from './port.ts';

/** Names are given by agents: no more of them are counted. */
const MOST_NAMES = 1_000;
const MOST_OUTPUT = 4_096;

export class Surroundings {
  readonly #counts = new Map<string, number>();
  #last: AskedFacts | undefined;
  #repeats = 0;
  #costUsd = 0;
  /** Of the window that has the keyboard, or as a door told of it: whichever is newer. */
  #title: string | undefined;
  #windowTitle: string | undefined;
  #url: string | undefined;
  #output = '';

  asked(call: AskedFacts): void {
    if (call.actor !== 'agent') return;
    const before = this.#counts.get(call.name);
    if (before !== undefined || this.#counts.size < MOST_NAMES) this.#counts.set(call.name, (before ?? 0) + 1);
    const same = this.#last?.name === call.name && isDeepStrictEqual(this.#last.arguments, call.arguments);
    this.#repeats = same ? this.#repeats + 1 : 1;
    this.#last = call;
  }

  ended({ arguments: given, result, ok }: EndedFacts): void {
    const cost = result?.['costUsd'];
    if (typeof cost === 'number' && cost > 0) this.#costUsd += cost;
    const title = result?.['title'];
    if (typeof title === 'string') this.#title = title.slice(0, 1_000);
    const url = urlOf(result) ?? (ok ? urlOf(given) : undefined);
    if (url !== undefined) this.#url = url;
  }

  /** What the sandbox's own desktop and browser tell. */
  shown(event: LogEvent): void {
    if (event.kind === 'windows.changed') {
      const title = activeWindow(event.data)?.title;
      if (title === undefined || title === this.#windowTitle) return;
      this.#windowTitle = title;
      this.#title = title;
    } else if (event.kind === 'page.opened' || event.kind === 'page.navigated') {
      const { url, title } = event.data;
      if (url !== '') this.#url = url;
      // A browser without windows; else its window says the same.
      if (this.#windowTitle === undefined && title !== '') this.#title = title;
    }
  }

  printed(text: string): void {
    this.#output = (this.#output + text).slice(-MOST_OUTPUT);
  }

  around(name: string): Around {
    return {
      count: this.#counts.get(name) ?? 0,
      repeats: this.#repeats,
      cost: this.#costUsd,
      title: this.#title,
      url: this.#url,
      terminal: () => this.#output,
    };
  }
}

/** What `shown` wants to see. */
export const shownKinds = ['windows.changed', 'page.opened', 'page.navigated'] as const;
