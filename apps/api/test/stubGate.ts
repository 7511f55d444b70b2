import { defaultGatePolicy, type Gate, MessageId, type SandboxId } from '@sandglass/protocol';
import type { Services } from '../src/services.ts';

const stubbedGate = (sandbox: SandboxId): Gate => ({
  sandbox,
  seq: 0,
  mode: { kind: 'open' },
  held: [],
  running: [],
  moving: [],
  control: { holder: { kind: 'nobody' }, fence: 0, sinceMs: null, expiresAtMs: null, requests: [] },
  questions: [],
  notices: [],
  alike: [],
  policy: defaultGatePolicy,
});

/** Always open, held by nobody. What a gate does is tried on the real one. */
export const stubGate: Services['gate'] = {
  get: stubbedGate,
  onChange: () => () => {},
  update: (_caller, sandbox) => stubbedGate(sandbox),
  pause: async (_caller, sandbox) => stubbedGate(sandbox),
  continue: async (_caller, sandbox) => stubbedGate(sandbox),
  step: async (_caller, sandbox) => stubbedGate(sandbox),
  runTo: async (_caller, sandbox) => stubbedGate(sandbox),
  decide: async (_caller, sandbox) => stubbedGate(sandbox),
  forgetAlike: (_caller, sandbox) => stubbedGate(sandbox),
  takeControl: (_caller, sandbox) => stubbedGate(sandbox).control,
  requestControl: (_caller, sandbox) => stubbedGate(sandbox).control,
  giveControl: (_caller, sandbox) => stubbedGate(sandbox).control,
  releaseControl: (_caller, sandbox) => stubbedGate(sandbox).control,
  keepControl: (_caller, sandbox) => stubbedGate(sandbox).control,
  touch: () => {},
  onControl: () => () => {},
  ask: async () => ({ declined: true }),
  answer: (_caller, sandbox) => stubbedGate(sandbox),
  send: (_caller, _sandbox, text) => ({
    ...{ id: MessageId.parse('msg_aaaa'), kind: 'message', from: 'test', atMs: 1, files: [] },
    text,
  }),
  takeNotices: () => [],
  letGo: () => {},
  notices: () => 0,
};
