/** One client and the browser of one sandbox. What a client sends keeps its order; what waits at the gate keeps only acts waiting. */

import { randomUUID } from 'node:crypto';
import { AppError, isAppError, type SandboxId, toAppError } from '@sandglass/protocol';
import { WebSocket } from 'ws';
import { PointerTrack } from '../../recorder/pointerTrack.ts';
import type { Caller, Services } from '../../services.ts';
import { type Act, actOf, joinKeys, keyOf } from './acts.ts';
import { type Command, type Fields, fieldsOf, readCommand, textOf, writeAnswer, writeCommand } from './message.ts';
import { markOf, PLACE, type Place, readPlace } from './pagePlace.ts';
import { Worlds } from './worlds.ts';

export interface CdpProxyOptions {
  readonly client: WebSocket;
  readonly browser: WebSocket;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly services: Pick<Services, 'calls' | 'gate' | 'sandboxes'>;
  readonly schedule: (work: () => void, afterMs: number) => () => void;
}

/** Keys that come within this of each other are one act. */
const PAUSE_MS = 350;
/** However fast somebody types or drags, the gate has its say again after this. */
const LONGEST_MS = 2_000;
/** The door's own questions to the browser, apart from any client's. */
const OWN_IDS = 1_000_000_000;
/** Above this the other side is not read from until it has been taken. */
const MOST_WAITING_BYTES = 8 * 1_048_576;
/** Tabs come and go; those of some are enough. */
const MOST_PLACES = 64;
/** A window that is moved is looked for again after this. */
const PLACE_MS = 2_000;
/** A page that cannot answer now is asked again then. */
const PLACE_PATIENCE_MS = 1_000;
const MASK = '•••';
const SENSITIVE =
  "(() => { let e = document.activeElement; while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement; return !!e && e.type === 'password'; })()";

/** An act that goes on: what follows it belongs to it. */
interface Lasting {
  readonly kind: 'keys' | 'button';
  readonly session: string | undefined;
  /** Another key of it. */
  add(key: string): void;
  end(): void;
}

type Answer = { readonly result: Fields } | { readonly error: Fields };

export class CdpProxy {
  readonly #options: CdpProxyOptions;
  readonly #worlds = new Worlds();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #gone = new AbortController();
  /** Acts of a client, one after the other. */
  #acts: Promise<void> = Promise.resolve();
  #acting = 0;
  #lasting: Lasting | null = null;
  #lastId = OWN_IDS;
  readonly #pointer: PointerTrack;
  /** Where the page of each session is on the screen. */
  readonly #places = new Map<string, { readonly place: Promise<Place | null>; readonly untilMs: number }>();

  constructor(options: CdpProxyOptions) {
    this.#options = options;
    const { client, browser, caller, sandbox, services } = options;
    const log = services.sandboxes.log(sandbox);
    this.#pointer = new PointerTrack({ log, hand: { actor: caller.actor, by: `cdp-${randomUUID()}`, name: 'Agent' } });
    client.on('message', (data, isBinary) => (isBinary ? client.close(1003) : this.#fromClient(String(data))));
    browser.on('message', (data) => this.#fromBrowser(String(data)));
    for (const [one, other] of [
      [client, browser],
      [browser, client],
    ] as const) {
      one.on('close', () => this.#end(other));
      one.on('error', () => one.terminate());
    }
  }

  #fromClient(text: string): void {
    const command = readCommand(text);
    if (command === null || command.id >= OWN_IDS) {
      this.#options.client.close(1002, 'A message is a JSON object with an id below 1,000,000,000 and a method.');
      return;
    }
    const act = actOf(command, this.#worlds.hintsOf(command));
    if (act === null) {
      this.#passOn(command, text);
      return;
    }
    if (this.#belongs(command, act)) {
      this.#toBrowser(text);
      return;
    }
    // Another act: what lasted has ended, and the gate is asked in the order in which things were asked for.
    this.#lasting?.end();
    this.#acting++;
    this.#acts = this.#acts.then(() => this.#act(command, act)).finally(() => this.#acting--);
  }

  /** No act. What comes of a held button or key still waits for it; a pointer that moves asks whose turn it is. */
  #passOn(command: Command, text: string): void {
    if (!command.method.startsWith('Input.')) {
      this.#toBrowser(text);
      return;
    }
    const pass = () => {
      if (this.#lasting === null && textOf(command.params['type']) === 'mouseMoved' && !this.#mayTouch()) {
        this.#toClient(writeAnswer(command, { result: {} }));
        return;
      }
      this.#toBrowser(text);
      this.#point(command.method, command.params, command.sessionId);
      if (this.#lasting?.kind === 'button' && command.params['type'] === 'mouseReleased') this.#lasting.end();
    };
    if (this.#acting === 0 || this.#lasting?.session === command.sessionId) pass();
    else this.#acts = this.#acts.then(pass);
  }

  #mayTouch(): boolean {
    const { services, caller, sandbox } = this.#options;
    try {
      services.gate.touch(caller, sandbox);
      return true;
    } catch {
      return false;
    }
  }

  #belongs(command: Command, act: Act): boolean {
    const lasting = this.#lasting;
    if (lasting?.kind !== 'keys' || act.lasts !== 'keys' || lasting.session !== command.sessionId) return false;
    lasting.add(keyOf(command.params));
    return true;
  }

  async #act(command: Command, act: Act): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    const hidden = act.types === true && (await this.#isSensitive(command.sessionId));
    const shown = hidden ? masked(act.arguments) : act.arguments;
    let forwarded = false;
    try {
      await services.calls.pass<Fields, Fields>(
        caller,
        sandbox,
        {
          name: act.name,
          arguments: shown,
          summary: act.summary,
          reads: act.reads === true,
          outcome: (result) => ({
            summary: textOf(result['said']),
            ...(result['keys'] === undefined ? {} : { result: { keys: result['keys'] } }),
          }),
          // What was masked cannot be edited: nobody sees what it is.
          ...(act.edit === undefined || hidden ? {} : { schema: act.edit.schema }),
        },
        async (given) => {
          const params = act.edit === undefined || given === shown ? command.params : act.edit.apply(given);
          forwarded = true;
          const answered = this.#forward({ ...command, params });
          this.#point(command.method, params, command.sessionId);
          if (act.lasts === undefined) return saidOf(await answered);
          const lasting = this.#last(act.lasts, command, hidden);
          await answered;
          return await lasting;
        },
        this.#gone.signal,
      );
    } catch (error) {
      // What the browser itself refused has gone to the client as it came.
      if (!forwarded && !this.#gone.signal.aborted) this.#refuse(command, error);
    }
  }

  /** Resolves when it is over: after a pause, a while, another act, or the button's release. */
  #last(kind: Lasting['kind'], command: Command, hidden: boolean): Promise<Fields> {
    const keys: string[] = [];
    return new Promise((resolve) => {
      let stopPause = () => {};
      const stopLongest = this.#options.schedule(() => lasting.end(), LONGEST_MS);
      const lasting: Lasting = {
        kind,
        session: command.sessionId,
        add: (key) => {
          keys.push(key);
          stopPause();
          stopPause = this.#options.schedule(() => lasting.end(), PAUSE_MS);
        },
        end: () => {
          stopPause();
          stopLongest();
          if (this.#lasting === lasting) this.#lasting = null;
          const text = hidden ? MASK : joinKeys(keys);
          resolve(kind === 'keys' ? { keys: text, said: text } : {});
        },
      };
      if (kind === 'keys') lasting.add(keyOf(command.params));
      this.#lasting = lasting;
      this.#gone.signal.addEventListener('abort', lasting.end, { once: true });
    });
  }

  /** The agent's pointer, where the page is on the screen: X hears nothing of what is done in a page. */
  #point(method: string, params: Fields, session: string | undefined): void {
    if (method !== 'Input.dispatchMouseEvent' || session === undefined) return;
    void this.#placeOf(session).then((place) => {
      const mark = place && !this.#gone.signal.aborted ? markOf(method, params, place) : null;
      if (mark) this.#pointer.move(mark.x, mark.y, mark.buttons);
    });
  }

  #placeOf(session: string): Promise<Place | null> {
    const { services, sandbox } = this.#options;
    // Its screen is the page itself.
    if (services.sandboxes.get(sandbox).capabilities.screen !== 'rfb')
      return Promise.resolve({ left: 0, top: 0, scale: 1 });
    const now = performance.now();
    const known = this.#places.get(session);
    if (known && known.untilMs > now) return known.place;
    const asked = this.#ask('Runtime.evaluate', { expression: PLACE, returnByValue: true }, session);
    const place = Promise.race([
      asked.then((answer) => ('result' in answer ? readPlace(answer.result) : null)),
      new Promise<null>((resolve) => this.#options.schedule(() => resolve(null), PLACE_PATIENCE_MS)),
    ]);
    if (this.#places.size > MOST_PLACES) this.#places.clear();
    this.#places.set(session, { place, untilMs: now + PLACE_MS });
    return place;
  }

  async #isSensitive(session: string | undefined): Promise<boolean> {
    if (session === undefined) return false;
    const answer = await this.#ask('Runtime.evaluate', { expression: SENSITIVE, returnByValue: true }, session);
    return 'result' in answer && fieldsOf(answer.result['result'])['value'] === true;
  }

  #ask(method: string, params: Fields, sessionId: string): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#toBrowser(writeCommand({ id, method, params, sessionId }));
    });
  }

  /** To the browser, and its answer to the client as it comes; resolves with it. */
  #forward(command: Command): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.set(command.id, resolve);
      this.#toBrowser(writeCommand(command));
    });
  }

  #refuse(command: Command, thrown: unknown): void {
    const error = isAppError(thrown) ? thrown : toAppError(thrown);
    const message = `${error.message} (${error.code})`;
    // Clients know a failed navigation by its own field, and show its words.
    if (command.method === 'Page.navigate')
      this.#toClient(writeAnswer(command, { result: { frameId: '', loaderId: '', errorText: message } }));
    // A script that failed in the browser's own protocol is tried again by clients, until their time is over; one that threw is not.
    else if (command.method.startsWith('Runtime.'))
      this.#toClient(writeAnswer(command, { result: thrownWith(message) }));
    else this.#toClient(writeAnswer(command, { error: { code: -32_000, message } }));
  }

  #fromBrowser(text: string): void {
    const id = /^\{"id":(\d+)[,}]/.exec(text.slice(0, 32))?.[1];
    if (id !== undefined) {
      const waiting = this.#waiting.get(Number(id));
      if (waiting !== undefined) {
        this.#waiting.delete(Number(id));
        const { result, error } = fieldsOf(JSON.parse(text));
        if (Number(id) < OWN_IDS) this.#toClient(text);
        waiting(error === undefined ? { result: fieldsOf(result) } : { error: fieldsOf(error) });
        return;
      }
    } else this.#worlds.hear(text);
    this.#toClient(text);
  }

  #toBrowser(text: string): void {
    send(this.#options.browser, text, this.#options.client);
  }

  #toClient(text: string): void {
    send(this.#options.client, text, this.#options.browser);
  }

  #end(other: WebSocket): void {
    this.#gone.abort(new AppError('gone', 'The connection to the browser has ended.'));
    for (const waiting of this.#waiting.values()) waiting({ error: { message: 'The connection has ended.' } });
    this.#waiting.clear();
    this.#pointer.close();
    if (other.readyState === WebSocket.OPEN) other.close(1001);
  }
}

function saidOf(answer: Answer): Fields {
  if ('error' in answer) throw new AppError('unprocessable', `The browser said: ${textOf(answer.error['message'])}`);
  const { errorText, exceptionDetails } = answer.result;
  if (errorText !== undefined && errorText !== '') throw new AppError('unprocessable', textOf(errorText));
  const thrown = textOf(fieldsOf(fieldsOf(exceptionDetails)['exception'])['description']);
  return thrown === '' ? {} : { said: thrown.split('\n')[0] ?? '' };
}

/** As a script's answer says it. */
function thrownWith(message: string): Fields {
  const result = { type: 'object', subtype: 'error', className: 'Error', description: `Error: ${message}` };
  return {
    result,
    exceptionDetails: { exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0, exception: result },
  };
}

const masked = (given: Fields): Fields =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, name === 'text' || name === 'keys' ? MASK : value]),
  );

/** While one side does not take what it is sent, the other is not read from. */
function send(to: WebSocket, text: string, from: WebSocket): void {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(text, () => {
    if (from.isPaused && to.bufferedAmount < MOST_WAITING_BYTES / 2) from.resume();
  });
  if (to.bufferedAmount > MOST_WAITING_BYTES && !from.isPaused) from.pause();
}
