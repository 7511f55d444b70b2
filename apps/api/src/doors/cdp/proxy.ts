/**
 * One client and the browser of one sandbox. Messages go through as the bytes that they are; a few are read.
 *
 * An act: asked → begun (the browser has it, or it was refused) → ended. Acts and input begin in the order in which they came, so that
 * what is held keeps back what follows it; but none waits for another's end: a script may last until somebody clicks.
 */

import { randomUUID } from 'node:crypto';
import { AppError, isAppError, type SandboxId, toAppError } from '@sandglass/protocol';
import { WebSocket } from 'ws';
import { PointerTrack } from '../../recorder/pointerTrack.ts';
import type { Caller, Services } from '../../services.ts';
import { type Act, actOf, joinKeys, keyOf } from './acts.ts';
import {
  type Command,
  type Fields,
  fieldsOf,
  type Head,
  headOf,
  numberOf,
  readAnswer,
  readCommand,
  sessionOf,
  textOf,
  writeAnswer,
  writeCommand,
} from './message.ts';
import { markOf, PLACE, type Place, readPlace } from './pagePlace.ts';
import { selectorIn, TAKE_GUARDS_AWAY, Worlds } from './worlds.ts';

export interface CdpProxyOptions {
  readonly client: WebSocket;
  readonly browser: WebSocket;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly services: Pick<Services, 'browser' | 'calls' | 'gate' | 'sandboxes'>;
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
/** A page that cannot answer the door now is not waited for longer. */
const PATIENCE_MS = 1_000;
/** A client that tries again does so soon. */
const TRY_AGAIN_MS = 3_000;
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
/** Resolves with what the browser says to a command. */
interface Waiting {
  /** What the client gets at once; the door's own questions are nobody else's. */
  readonly tell: boolean;
  resolve(answer: Answer, bytes: Buffer): void;
}

export class CdpProxy {
  readonly #options: CdpProxyOptions;
  readonly #worlds = new Worlds();
  /** By id and session: clients may count in each of their sessions. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #gone = new AbortController();
  /** Acts of a client and the input between them begin one after the other. */
  #begun: Promise<void> = Promise.resolve();
  #beginning = 0;
  #lasting: Lasting | null = null;
  /** By how much a person moved a press: its moves and its release go along, however late they come. */
  #moved: { readonly session: string | undefined; readonly right: number; readonly down: number } | null = null;
  /** The session of a press that was refused: nothing is released that was never pressed. */
  #refusedPress: string | undefined | null = null;
  /** The last act that was refused, of those that a client may try again. */
  #refused: {
    readonly session: string | undefined;
    readonly selector: string;
    readonly error: unknown;
    readonly untilMs: number;
  } | null = null;
  #lastId = OWN_IDS;
  readonly #pointer: PointerTrack;
  /** Where the page of each session is on the screen. */
  readonly #places = new Map<string, { readonly place: Promise<Place | null>; readonly untilMs: number }>();

  constructor(options: CdpProxyOptions) {
    this.#options = options;
    const { client, browser, caller, sandbox, services } = options;
    const log = services.sandboxes.log(sandbox);
    this.#pointer = new PointerTrack({ log, hand: { actor: caller.actor, by: `cdp-${randomUUID()}`, name: 'Agent' } });
    client.on('message', (data, isBinary) =>
      isBinary ? client.close(1003, 'Messages are text.') : this.#fromClient(data as Buffer),
    );
    browser.on('message', (data) => this.#fromBrowser(data as Buffer));
    for (const [one, other] of [
      [client, browser],
      [browser, client],
    ] as const) {
      one.on('close', () => this.#end(other));
      one.on('error', () => one.terminate());
    }
  }

  #fromClient(bytes: Buffer): void {
    const command = readCommand(bytes.toString());
    if (command === null || command.id >= OWN_IDS) {
      this.#options.client.close(1002, 'A message is a JSON object with an id below 1,000,000,000 and a method.');
      return;
    }
    if (this.#isAnotherTry(command)) return;
    const act = actOf(command, this.#worlds.hintsOf(command));
    if (act === null) {
      this.#passOn(command, bytes);
      return;
    }
    if (this.#belongs(command, act)) {
      this.#toBrowser(bytes);
      return;
    }
    // A page that asks stands still, and so does whatever waits for it: the answer waits for nothing.
    if (act.name === 'browser.dialog') void this.#act(command, { act, bytes, begun: () => {} });
    else
      this.#inTurn(
        () =>
          new Promise((begun) => {
            // Another act: what lasted has ended.
            this.#lasting?.end();
            void this.#act(command, { act, bytes, begun });
          }),
      );
  }

  /**
   * Playwright takes an error of the protocol for a mishap, looks for the element again and does again what a person has just refused.
   * An error of that script it takes for what it is, and tells it to the agent.
   */
  #isAnotherTry(command: Command): boolean {
    const refused = this.#refused;
    if (refused === null || command.method !== 'Runtime.callFunctionOn' || refused.session !== command.sessionId)
      return false;
    if (performance.now() > refused.untilMs) this.#refused = null;
    else if (selectorIn(command.params) === refused.selector) {
      this.#refused = null;
      this.#refuse(command, refused.error);
      return true;
    }
    return false;
  }

  #inTurn(begin: () => Promise<void> | void): void {
    this.#beginning++;
    this.#begun = this.#begun.then(begin).finally(() => this.#beginning--);
  }

  /** No act. What comes of a held button or key waits for it to begin; a pointer that moves asks whose turn it is. */
  #passOn(command: Command, bytes: Buffer): void {
    if (!command.method.startsWith('Input.')) this.#toBrowser(bytes);
    else if (this.#beginning === 0) this.#passInput(command, bytes);
    else this.#inTurn(() => this.#passInput(command, bytes));
  }

  #passInput(command: Command, bytes: Buffer): void {
    const lasting = this.#lasting?.session === command.sessionId ? this.#lasting : null;
    const type = command.method === 'Input.dispatchMouseEvent' ? textOf(command.params['type']) : '';
    const isUnpressed = type === 'mouseReleased' && lasting === null && this.#refusedPress === command.sessionId;
    if (isUnpressed) this.#refusedPress = null;
    if (isUnpressed || (type === 'mouseMoved' && lasting === null && !this.#mayTouch())) {
      this.#toClient(writeAnswer(command, { result: {} }));
      return;
    }
    const by = type !== '' && this.#moved?.session === command.sessionId ? this.#moved : null;
    const { params } = command;
    const moved = by ? { ...params, x: numberOf(params['x']) + by.right, y: numberOf(params['y']) + by.down } : params;
    this.#toBrowser(by ? writeCommand({ ...command, params: moved }) : bytes);
    this.#point(command.method, moved, command.sessionId);
    if (type !== 'mouseReleased') return;
    if (by) this.#moved = null;
    if (lasting?.kind === 'button') lasting.end();
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
    if (this.#beginning > 0 || lasting?.kind !== 'keys' || act.lasts !== 'keys') return false;
    if (lasting.session !== command.sessionId) return false;
    lasting.add(keyOf(command.params));
    return true;
  }

  /** Never throws: what goes wrong is the client's to hear. */
  async #act(command: Command, { act, bytes, begun }: { act: Act; bytes: Buffer; begun: () => void }): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    let forwarded = false;
    let kept: Buffer | null = null;
    try {
      const hidden = act.types === true && (await this.#isSensitive(command.sessionId));
      const shown = hidden ? masked(act.arguments) : act.arguments;
      // What comes of it may have to wait: then the client is not told before that is over.
      const waits = act.lasts === undefined && services.calls.mayHoldAfter(sandbox, act.name);
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
          const isEdited = act.edit !== undefined && given !== shown;
          const params = isEdited ? act.edit!.apply(given) : command.params;
          forwarded = true;
          this.#refusedPress = null;
          if (act.lasts === 'button') this.#moved = null;
          if (isEdited && act.lasts === 'button') await this.#moveTo(command, params);
          const answered = this.#forward({ ...command, params }, isEdited ? null : bytes, !waits);
          this.#point(command.method, params, command.sessionId);
          this.#turnTo(command);
          if (act.lasts === undefined) {
            begun();
            const { answer, bytes: said } = await answered;
            if (waits) kept = said;
            return saidOf(answer);
          }
          const ended = this.#last(act.lasts, { command, hidden });
          begun();
          return await ended;
        },
        this.#gone.signal,
      );
      if (kept !== null) this.#toClient(kept);
    } catch (error) {
      // What the browser itself refused goes to the client as it came; what a person refused after it ran, in their words.
      if (this.#gone.signal.aborted) return;
      if (kept !== null && isAppError(error) && error.code === 'unprocessable') this.#toClient(kept);
      else if (!forwarded || kept !== null) this.#refuse(command, error);
      if (forwarded) return;
      if (act.lasts === 'button') this.#refusedPress = command.sessionId;
      const selector = textOf(act.arguments['selector']);
      const untilMs = performance.now() + TRY_AGAIN_MS;
      const isTriedAgain = selector !== '' && !/^(?:Runtime|Page)\./.test(command.method);
      if (isTriedAgain) this.#refused = { session: command.sessionId, selector, error, untilMs };
    } finally {
      begun();
    }
  }

  /**
   * A press that a person moved: the page is told where the pointer is, and nothing of the client's stops it there. Input may reach a page
   * before a script that was sent earlier, so the script's answer is waited for.
   */
  async #moveTo({ sessionId, params: asked }: Command, { x, y }: Fields): Promise<void> {
    const by = (to: unknown, from: unknown) => numberOf(to) - numberOf(from);
    this.#moved = { session: sessionId, right: by(x, asked['x']), down: by(y, asked['y']) };
    if (sessionId === undefined) return;
    const [objectId, ...more] = this.#worlds.guardsOf(sessionId);
    const every = [objectId, ...more].map((each) => ({ objectId: each }));
    if (objectId !== undefined) {
      const params = { objectId, functionDeclaration: TAKE_GUARDS_AWAY, arguments: every };
      await this.#patiently(this.#ask('Runtime.callFunctionOn', params, sessionId));
    }
    void this.#ask('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y, button: 'none' }, sessionId);
  }

  /** Who looks on sees the page in which the agent works. */
  #turnTo({ method, params, sessionId }: Command): void {
    const { services, sandbox } = this.#options;
    const page = method === 'Target.activateTarget' ? textOf(params['targetId']) : this.#worlds.pageOf(sessionId);
    if (page !== undefined) services.browser.follow(sandbox, page);
  }

  /** Resolves when it is over: after a pause, a while, another act, or the button's release. */
  #last(kind: Lasting['kind'], { command, hidden }: { command: Command; hidden: boolean }): Promise<Fields> {
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
          this.#gone.signal.removeEventListener('abort', lasting.end);
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
    const place = this.#patiently(asked).then((answer) =>
      answer && 'result' in answer ? readPlace(answer.result) : null,
    );
    if (this.#places.size > MOST_PLACES) this.#places.clear();
    this.#places.set(session, { place, untilMs: now + PLACE_MS });
    return place;
  }

  /** `null` from a page that stands still. */
  #patiently(asked: Promise<Answer>): Promise<Answer | null> {
    return new Promise((resolve) => {
      const stop = this.#options.schedule(() => resolve(null), PATIENCE_MS);
      void asked.then((answer) => {
        stop();
        resolve(answer);
      });
    });
  }

  async #isSensitive(session: string | undefined): Promise<boolean> {
    if (session === undefined) return false;
    const answer = await this.#ask('Runtime.evaluate', { expression: SENSITIVE, returnByValue: true }, session);
    return 'result' in answer && fieldsOf(answer.result['result'])['value'] === true;
  }

  #ask(method: string, params: Fields, sessionId: string): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(keyFor(id, sessionId), { tell: false, resolve });
      this.#toBrowser(writeCommand({ id, method, params, sessionId }));
    });
  }

  /** To the browser; resolves with its answer, of which the client is told as it comes. `bytes`: as the client wrote it. */
  #forward(command: Command, bytes: Buffer | null, tell: boolean): Promise<{ answer: Answer; bytes: Buffer }> {
    return new Promise((resolve) => {
      const said = { tell, resolve: (answer: Answer, bytes: Buffer) => resolve({ answer, bytes }) };
      this.#waiting.set(keyFor(command.id, command.sessionId), said);
      this.#toBrowser(bytes ?? writeCommand(command));
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

  #fromBrowser(bytes: Buffer): void {
    const head = headOf(bytes);
    if (head.id === undefined) this.#worlds.hear(head.method, bytes);
    else if (this.#waiting.size > 0 && this.#isAnswer(head, bytes)) return;
    this.#toClient(bytes);
  }

  /** Returns whether it is dealt with. */
  #isAnswer({ id }: Head, bytes: Buffer): boolean {
    const key = keyFor(id ?? 0, sessionOf(bytes));
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#waiting.delete(key);
    if (waiting.tell) this.#toClient(bytes);
    waiting.resolve(readAnswer(bytes, { whole: (id ?? 0) > OWN_IDS }), bytes);
    return true;
  }

  #toBrowser(message: Buffer | string): void {
    send(this.#options.browser, message, this.#options.client);
  }

  #toClient(message: Buffer | string): void {
    send(this.#options.client, message, this.#options.browser);
  }

  #end(other: WebSocket): void {
    this.#gone.abort(new AppError('gone', 'The connection to the browser has ended.'));
    const nothing = Buffer.alloc(0);
    for (const { resolve } of this.#waiting.values())
      resolve({ error: { message: 'The connection has ended.' } }, nothing);
    this.#waiting.clear();
    this.#pointer.close();
    if (other.readyState === WebSocket.OPEN) other.close(1001);
  }
}

const keyFor = (id: number, session: string | undefined): string => `${id} ${session ?? ''}`;

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

const AS_TEXT = { binary: false };

/** While one side does not take what it is sent, the other is not read from. */
function send(to: WebSocket, message: Buffer | string, from: WebSocket): void {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(message, AS_TEXT, () => {
    if (from.isPaused && to.bufferedAmount < MOST_WAITING_BYTES / 2) from.resume();
  });
  if (to.bufferedAmount > MOST_WAITING_BYTES && !from.isPaused) from.pause();
}
