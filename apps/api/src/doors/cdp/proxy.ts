/**
 * One client and the browser of one sandbox. Messages go through as the bytes that they are; a few are read.
 *
 * An act: asked → begun (the browser has it, or it was refused) → ended. Acts and input begin in the order in which they came, so that
 * what is held keeps back what follows it; but none waits for another's end: a script may last until somebody clicks.
 */

import { randomUUID } from 'node:crypto';
import { AppError, isAppError, type SandboxId } from '@sandglass/protocol';
import { WebSocket } from 'ws';
import { PointerTrack } from '../../recorder/pointerTrack.ts';
import type { Caller, Services } from '../../services.ts';
import { type Act, actOf } from './acts.ts';
import { AgentPointer } from './agentPointer.ts';
import { Conversation, OWN_IDS } from './conversation.ts';
import { type LastInput, Lasting } from './lasting.ts';
import { type Command, type Fields, headOf, readCommand, textOf, writeAnswer, writeCommand } from './message.ts';
import { Presses } from './presses.ts';
import { refusalOf, saidOf } from './refusal.ts';
import { RefusedTry } from './refusedTry.ts';
import { pass } from './sockets.ts';
import { masked, shownKeys, TypedSecrets } from './typedSecrets.ts';
import { TAKE_GUARDS_AWAY, Worlds } from './worlds.ts';

export interface CdpProxyOptions {
  readonly client: WebSocket;
  readonly browser: WebSocket;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly services: Pick<Services, 'browser' | 'calls' | 'gate' | 'sandboxes'>;
  readonly schedule: (work: () => void, afterMs: number) => () => void;
}

const nowMs = () => performance.now();

export class CdpProxy {
  readonly #options: CdpProxyOptions;
  readonly #worlds = new Worlds();
  readonly #gone = new AbortController();
  readonly #conversation: Conversation;
  readonly #lasting: Lasting;
  readonly #presses = new Presses();
  readonly #refusedTry = new RefusedTry(nowMs);
  readonly #secrets: TypedSecrets;
  readonly #pointer: AgentPointer;
  /** Acts of a client and the input between them begin one after the other. */
  #begun: Promise<void> = Promise.resolve();
  #beginning = 0;
  /** Of an act that lasts and might be held after it. */
  #over: Promise<void> | null = null;
  /** What a person said of input after it was made, to a client that has its answers: its next act hears it. */
  #unheard: unknown = null;

  constructor(options: CdpProxyOptions) {
    this.#options = options;
    const { client, browser, caller, sandbox, services, schedule } = options;
    const conversation = new Conversation({
      toBrowser: (message) => this.#toBrowser(message),
      toClient: (message) => this.#toClient(message),
      schedule,
    });
    this.#conversation = conversation;
    this.#lasting = new Lasting(schedule);
    this.#secrets = new TypedSecrets({
      worlds: this.#worlds,
      ask: async (...question) =>
        conversation.isSilent(question[2]) ? null : await conversation.askPatiently(...question),
    });
    const log = services.sandboxes.log(sandbox);
    this.#pointer = new AgentPointer({
      track: new PointerTrack({ log, hand: { actor: caller.actor, by: `cdp-${randomUUID()}`, name: 'Agent' } }),
      isHeadless: () => services.sandboxes.get(sandbox).capabilities.screen !== 'rfb',
      ask: (...question) => conversation.askPatiently(...question),
      nowMs,
    });
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
    const refused = this.#refusedTry.again(command);
    if (refused !== null) {
      this.#toClient(refusalOf(command, refused));
      return;
    }
    const act = actOf(command, this.#worlds.hintsOf(command));
    if (act === null) this.#passOn(command, bytes);
    else if (this.#belongs(command, act)) this.#toBrowser(bytes);
    // A page that asks stands still, and so does whatever waits for it: the answer waits for nothing.
    else if (act.name === 'browser.dialog') void this.#act(command, { act, bytes, begun: () => {} });
    else
      this.#inTurn(async () => {
        // Another act: what lasted has ended; where a person looks at what came of that, this one waits.
        this.#lasting.end();
        await this.#over;
        await new Promise<void>((begun) => void this.#act(command, { act, bytes, begun }));
      });
  }

  #inTurn(begin: () => Promise<void> | void): void {
    this.#beginning++;
    this.#begun = this.#begun.then(begin).finally(() => this.#beginning--);
  }

  #belongs(command: Command, act: Act): boolean {
    if (this.#beginning > 0 || act.lasts !== 'keys') return false;
    return this.#lasting.takes(command, () => this.#secrets.isHidden(command.sessionId));
  }

  /** No act. What comes of a held button or key waits for it to begin; a pointer that moves asks whose turn it is. */
  #passOn(command: Command, bytes: Buffer): void {
    if (!command.method.startsWith('Input.')) this.#toBrowser(bytes);
    else if (this.#beginning === 0) this.#passInput(command, bytes);
    else this.#inTurn(() => this.#passInput(command, bytes));
  }

  #passInput(command: Command, bytes: Buffer): void {
    const lasting = this.#lasting.in(command.sessionId);
    const type = command.method === 'Input.dispatchMouseEvent' ? textOf(command.params['type']) : '';
    const isNobodysTurn = type === 'mouseMoved' && lasting === null && !this.#mayTouch();
    if (isNobodysTurn || (lasting === null && this.#presses.takesRelease(command))) {
      this.#toClient(writeAnswer(command, { result: {} }));
      return;
    }
    const moved = this.#presses.follow(command);
    const isLast = type === 'mouseReleased' && lasting === 'button';
    const sent = moved === null ? command : { ...command, params: moved };
    const handLast = isLast ? this.#lasting.lastOf(command.sessionId) : null;
    if (handLast !== null)
      void this.#conversation.forward(sent, moved === null ? bytes : null, false).then((said) => {
        if (!handLast({ command, bytes: said.bytes })) this.#toClient(said.bytes);
      });
    else {
      this.#toBrowser(moved === null ? bytes : writeCommand(sent));
      if (isLast) this.#lasting.end();
    }
    this.#pointer.follow(command.method, sent.params, command.sessionId);
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

  /** Never throws: what goes wrong is the client's to hear. */
  async #act(command: Command, { act, bytes, begun }: { act: Act; bytes: Buffer; begun: () => void }): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    let forwarded = false;
    let kept: LastInput | null = null;
    // What comes of it may have to wait: then the client is not told before that is over.
    const waits = services.calls.mayHoldAfter(sandbox, act.name);
    const isTriedAgain = this.#worlds.isLookedForBy(act.name, command.sessionId);
    let isOver = () => {};
    const over = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    try {
      const hidden = act.types === true && (await this.#secrets.isHidden(command.sessionId));
      const shown = hidden ? masked(act.arguments) : act.arguments;
      const work = async (given: Fields): Promise<Fields> => {
        this.#hearLate();
        const isEdited = act.edit !== undefined && given !== shown;
        const params = isEdited ? act.edit!.apply(given) : command.params;
        forwarded = true;
        this.#presses.allow({ isPress: act.lasts === 'button' });
        if (isEdited && act.lasts === 'button') await this.#moveTo(command, params);
        const tell = !waits || act.lasts !== undefined;
        const answered = this.#conversation.forward({ ...command, params }, isEdited ? null : bytes, tell);
        this.#pointer.follow(command.method, params, command.sessionId);
        this.#turnTo(command);
        if (act.lasts === undefined) {
          begun();
          const { answer, bytes: said } = await answered;
          if (waits) kept = { command, bytes: said };
          return saidOf(answer);
        }
        const lasted = this.#lasting.begin(act.lasts, command, { hidden, keepsLast: waits });
        if (waits) this.#over = over;
        begun();
        const { keys, last } = await lasted;
        kept = last;
        const words = await shownKeys(keys);
        return act.lasts === 'keys' ? { keys: words, said: words } : {};
      };
      await services.calls.pass<Fields, Fields>(
        caller,
        sandbox,
        {
          name: act.name,
          arguments: shown,
          summary: act.summary,
          reads: act.reads === true,
          outcome: outcomeOf,
          // What was masked cannot be edited: nobody sees what it is.
          ...(act.edit === undefined || hidden ? {} : { schema: act.edit.schema }),
        },
        work,
        this.#gone.signal,
      );
      this.#tellLast(kept);
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      if (forwarded) this.#tellFailed({ act, kept, error });
      else this.#refuse(command, { act, isTriedAgain, error });
    } finally {
      isOver();
      begun();
    }
  }

  /** What was not to be told before now. */
  #tellLast(kept: LastInput | null): void {
    if (kept !== null) this.#toClient(kept.bytes);
  }

  /** It ran. What the browser itself refused goes to the client as it came; what a person refused, in their words. */
  #tellFailed({ act, kept, error }: { act: Act; kept: LastInput | null; error: unknown }): void {
    if (isAppError(error) && error.code === 'unprocessable') this.#tellLast(kept);
    else if (kept !== null && (act.lasts === undefined || hasSelector(act))) {
      this.#toClient(refusalOf(kept.command, error));
      this.#refusedTry.keep(kept.command, act, error);
    } else if (act.lasts !== undefined) {
      // Puppeteer takes a button whose release fails for one that is still down, and presses none any more.
      this.#tellLast(kept);
      this.#unheard = error;
    }
  }

  /** It never ran. */
  #refuse(command: Command, { act, isTriedAgain, error }: { act: Act; isTriedAgain: boolean; error: unknown }): void {
    this.#toClient(refusalOf(command, error));
    if (act.lasts === 'button') this.#presses.refuse(command.sessionId);
    if (isTriedAgain) this.#refusedTry.keep(command, act, error);
  }

  #hearLate(): void {
    const unheard = this.#unheard;
    this.#unheard = null;
    if (unheard !== null) throw unheard;
  }

  /**
   * A press that a person moved: the page is told where the pointer is, and nothing of the client's stops it there. Input may reach a page
   * before a script that was sent earlier, so the script's answer is waited for.
   */
  async #moveTo(command: Command, to: Fields): Promise<void> {
    const { sessionId } = command;
    this.#presses.move(command, to);
    if (sessionId === undefined) return;
    const [objectId, ...more] = this.#worlds.guardsOf(sessionId);
    const every = [objectId, ...more].map((each) => ({ objectId: each }));
    if (objectId !== undefined) {
      const params = { objectId, functionDeclaration: TAKE_GUARDS_AWAY, arguments: every };
      await this.#conversation.askPatiently('Runtime.callFunctionOn', params, sessionId);
    }
    const { x, y } = to;
    void this.#conversation.ask('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y, button: 'none' }, sessionId);
  }

  /** Who looks on sees the page in which the agent works. */
  #turnTo({ method, params, sessionId }: Command): void {
    const { services, sandbox } = this.#options;
    const page = method === 'Target.activateTarget' ? textOf(params['targetId']) : this.#worlds.pageOf(sessionId);
    if (page !== undefined) services.browser.follow(sandbox, page);
  }

  #fromBrowser(bytes: Buffer): void {
    const { id, method } = headOf(bytes);
    if (id === undefined) this.#worlds.hear(method, bytes);
    else if (this.#conversation.hear(id, bytes)) return;
    this.#toClient(bytes);
  }

  #toBrowser(message: Buffer | string): void {
    const { client, browser } = this.#options;
    pass(message, { to: browser, from: client });
  }

  #toClient(message: Buffer | string): void {
    const { client, browser } = this.#options;
    pass(message, { to: client, from: browser });
  }

  #end(other: WebSocket): void {
    this.#gone.abort(new AppError('gone', 'The connection to the browser has ended.'));
    this.#lasting.end();
    this.#conversation.end();
    this.#pointer.close();
    if (other.readyState === WebSocket.OPEN) other.close(1001);
  }
}

const hasSelector = (act: Act): boolean => act.arguments['selector'] !== undefined;

const outcomeOf = ({ said, keys }: Fields) => ({
  summary: textOf(said),
  ...(keys === undefined ? {} : { result: { keys } }),
});
