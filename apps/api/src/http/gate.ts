import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'gate'
  | 'updateGate'
  | 'pauseSandbox'
  | 'continueSandbox'
  | 'stepSandbox'
  | 'runSandboxTo'
  | 'decideCall'
  | 'forgetAlike'
  | 'takeControl'
  | 'requestControl'
  | 'giveControl'
  | 'releaseControl'
  | 'keepControl'
  | 'askPerson'
  | 'answerQuestion'
  | 'sendMessage'
  | 'takeNotices';

export function gateHandlers({ gate }: Services): Pick<Handlers, Names> {
  return {
    gate: ({ params }) => gate.get(params.sandbox),
    updateGate: ({ caller, params, body }) => gate.update(caller, params.sandbox, present(body)),
    pauseSandbox: async ({ caller, params, body }) => await gate.pause(caller, params.sandbox, present(body)),
    continueSandbox: async ({ caller, params }) => await gate.continue(caller, params.sandbox),
    stepSandbox: async ({ caller, params, body }) => await gate.step(caller, params.sandbox, body.call),
    runSandboxTo: async ({ caller, params, body }) => await gate.runTo(caller, params.sandbox, body.to),
    decideCall: async ({ caller, params, body }) =>
      await gate.decide(caller, params.sandbox, params.call, body.decision),
    forgetAlike: ({ caller, params, query }) => gate.forgetAlike(caller, params.sandbox, present(query)),
    takeControl: ({ caller, params, body }) => gate.takeControl(caller, params.sandbox, body.reason),
    requestControl: ({ caller, params, body }) => gate.requestControl(caller, params.sandbox, body.reason),
    giveControl: ({ caller, params, body }) => gate.giveControl(caller, params.sandbox, body.to, body.note),
    releaseControl: ({ caller, params, body }) => gate.releaseControl(caller, params.sandbox, present(body)),
    keepControl: ({ caller, params, body }) => gate.keepControl(caller, params.sandbox, body.fence),
    askPerson: async ({ caller, params, body, signal }) => await gate.ask(caller, params.sandbox, body, signal),
    answerQuestion: ({ caller, params, body }) => gate.answer(caller, params.sandbox, params.call, body.answer),
    sendMessage: ({ caller, params, body }) => gate.send(caller, params.sandbox, body.text),
    takeNotices: ({ caller, params }) => ({ items: gate.takeNotices(caller, params.sandbox) }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what was left out. */
function present<T extends object>(body: T): Present<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Present<T>;
}
