/** What an agent asks people. The asker waits; who answers first answers. */
import {
  type Answer,
  AppError,
  type AskPerson,
  AskPerson as AskPersonBody,
  type CallId,
  type Question,
} from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import { type By, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';

interface Open {
  readonly question: Question;
  answer(answer: Answer | null, by: By, name: string | null): void;
  fail(error: Error): void;
}

export class Questions {
  readonly #entry: SandboxEntry;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #open = new Map<CallId, Open>();

  constructor(options: { entry: SandboxEntry; clock: Clock; onChange: () => void }) {
    this.#entry = options.entry;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  get open(): Question[] {
    return [...this.#open.values()].map(({ question }) => question);
  }

  /** Asked by a call, which the log has with all of it. Resolves with the answer; rejects when nobody gave one in time or the asker went away. */
  ask(call: CallId, asked: AskPerson, signal: AbortSignal | undefined): Promise<Answer> {
    const body = AskPersonBody.parse(asked);
    const nowMs = this.#clock.now();
    const expiresAtMs = body.timeoutMs === undefined ? null : nowMs + body.timeoutMs;
    const question: Question = {
      call,
      question: body.question,
      choices: body.choices ?? null,
      fields: body.fields ?? null,
      takeOver: body.takeOver ?? false,
      askedAtMs: nowMs,
      expiresAtMs,
    };
    return new Promise<Answer>((resolve, reject) => {
      const late = () =>
        open.fail(new AppError('timeout', `Nobody answered within ${Math.round((body.timeoutMs ?? 0) / 1_000)} s.`));
      const cancel = expiresAtMs === null ? () => {} : this.#clock.at(expiresAtMs, late);
      const abort = () => open.fail(new AppError('gone', 'The asker went away.'));
      const finish = (answer: Answer | null, who: By, name: string | null) => {
        if (!this.#open.delete(call)) return false;
        cancel();
        signal?.removeEventListener('abort', abort);
        if (!this.#entry.ended)
          this.#entry.append({
            kind: 'question.answered',
            actor: who.actor,
            by: who.token,
            data: { call, answer, name },
          });
        this.#onChange();
        return true;
      };
      const open: Open = {
        question,
        answer: (answer, who, name) => void (finish(answer, who, name) && answer && resolve(answer)),
        fail: (error) => void (finish(null, bySystem, null) && reject(error)),
      };
      this.#open.set(call, open);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      else this.#onChange();
    });
  }

  answer(call: CallId, answer: Answer, by: By, name: string): void {
    const open = this.#open.get(call);
    if (!open) throw new AppError('gone', 'This question is answered already, or its asker no longer waits.');
    checkAnswer(open.question, answer);
    open.answer(answer, by, name);
  }

  /** Who was asked to take over has done so, and is done. */
  handedBack(name: string, note: string | null): void {
    for (const { question, answer } of [...this.#open.values()])
      if (question.takeOver) answer({ text: note ?? `${name} took control and has handed it back.` }, bySystem, name);
  }

  close(error: Error): void {
    for (const { fail } of [...this.#open.values()]) fail(error);
  }
}

function checkAnswer({ choices, fields }: Question, answer: Answer): void {
  if (answer.declined) return;
  const wrong = (message: string) => new AppError('badRequest', message);
  if (answer.choice !== undefined && !choices?.includes(answer.choice))
    throw wrong(choices ? `The choice must be one of: ${choices.join(', ')}.` : 'This question has no choices.');
  for (const name of Object.keys(answer.fields ?? {}))
    if (!fields?.some((field) => field.name === name)) throw wrong(`The form has no field ${name}.`);
  if (answer.fields === undefined && !fields?.some(({ required }) => required)) return;
  for (const { name, label, kind, required, choices: some } of fields ?? []) {
    const value = answer.fields?.[name];
    if (value === undefined || value === '') {
      if (required) throw wrong(`“${label}” must be filled in.`);
    } else if (kind === 'number' && typeof value !== 'number') throw wrong(`“${label}” must be a number.`);
    else if (kind === 'yesNo' && typeof value !== 'boolean') throw wrong(`“${label}” must be yes or no.`);
    else if (kind === 'choice' && !some?.includes(String(value)))
      throw wrong(`“${label}” must be one of: ${(some ?? []).join(', ')}.`);
  }
}
