/** The gate of a sandbox: whether it is paused, which calls wait, who has control; and what a person may ask of it. */
import type { ChannelMessage, Sandglass } from '@sandglass/client';
import type {
  Alike,
  Answer,
  CallId,
  Control,
  Decision,
  Gate,
  Holder,
  InFlight,
  Notice,
  RunTo,
  SandboxId,
} from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';
import { usePresence } from './presence.ts';
import { sharedModel } from './sharedModel.ts';
import { shownName } from './shownName.ts';
import { Model } from './store.ts';
import { mayOnlyWatch, useMayOperate } from './useSession.ts';

/** Null while it is not known. */
export class GateModel extends Model<Gate | null> {
  constructor() {
    super(null);
  }

  follow(stream: Pick<Sandglass['stream'], 'subscribe'>, sandbox: SandboxId): () => void {
    const channel = stream.subscribe(
      { kind: 'gate', sandbox },
      { onMessage: (message) => this.handleMessage(message), onEnded: () => this.set(null) },
    );
    return () => channel.close();
  }

  handleMessage(message: ChannelMessage): void {
    if (message.type === 'gate') this.set(message.gate);
  }
}

export const useGate = sharedModel<Gate | null>(() => new GateModel());

/** This page among those that look, as control knows it. It stays the same person while the connection is away. */
export function useMe(sandbox: SandboxId): string | undefined {
  const known = useRef<string | undefined>(undefined);
  known.current = usePresence(sandbox).find((viewer) => viewer.you)?.id ?? known.current;
  return known.current;
}

/** What a person asks of the gate. */
export type GateAct =
  | { readonly kind: 'pause'; readonly inFlight?: InFlight; readonly freeze?: boolean }
  | { readonly kind: 'continue' }
  | { readonly kind: 'step'; readonly call?: CallId }
  | { readonly kind: 'runTo'; readonly to: RunTo }
  | { readonly kind: 'decide'; readonly call: CallId; readonly decision: Decision }
  | { readonly kind: 'answer'; readonly call: CallId; readonly answer: Answer }
  | { readonly kind: 'take'; readonly reason?: string }
  | { readonly kind: 'request'; readonly reason?: string }
  | { readonly kind: 'give'; readonly to: string; readonly note?: string }
  | { readonly kind: 'release'; readonly note?: string }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'forgetAlike'; readonly alike?: Alike };

/** Freezing and the end of what is in flight may take their time. */
const PAUSE_MS = 120_000;

export function actOnGate(client: Sandglass, sandbox: SandboxId, act: GateAct): Promise<Gate | Control | Notice> {
  const params = { sandbox };
  const given = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
  switch (act.kind) {
    case 'pause': {
      const { inFlight, freeze } = act;
      return client.request('pauseSandbox', { params, body: given({ inFlight, freeze }), timeoutMs: PAUSE_MS });
    }
    case 'continue':
      return client.request('continueSandbox', { params, timeoutMs: PAUSE_MS });
    case 'step':
      return client.request('stepSandbox', { params, body: given({ call: act.call }) });
    case 'runTo':
      return client.request('runSandboxTo', { params, body: { to: act.to } });
    case 'decide':
      return client.request('decideCall', { params: { ...params, call: act.call }, body: { decision: act.decision } });
    case 'answer':
      return client.request('answerQuestion', { params: { ...params, call: act.call }, body: { answer: act.answer } });
    case 'take':
      return client.request('takeControl', { params, body: given({ reason: act.reason }) });
    case 'request':
      return client.request('requestControl', { params, body: given({ reason: act.reason }) });
    case 'give':
      return client.request('giveControl', { params, body: given({ to: act.to, note: act.note }) });
    case 'release':
      return client.request('releaseControl', { params, body: given({ note: act.note }) });
    case 'message':
      return client.request('sendMessage', { params, body: { text: act.text } });
    case 'forgetAlike':
      return client.request('forgetAlike', {
        params,
        query: act.alike === undefined ? {} : { rule: act.alike.rule.id, name: act.alike.name },
      });
  }
}

const failed: Record<GateAct['kind'], string> = {
  pause: 'It was not paused',
  continue: 'It does not go on',
  step: 'No step was made',
  runTo: 'It does not run',
  decide: 'The call was not decided',
  answer: 'The answer was not given',
  take: 'You do not have control',
  request: 'Control was not asked for',
  give: 'Control was not handed over',
  release: 'Control was not released',
  message: 'The message was not sent',
  forgetAlike: 'What was approved for good still is',
};

/** Acts on the gate; what went wrong is said in a toast, what worked is seen at once. */
export function useGateAct(sandbox: SandboxId) {
  const client = useClient();
  return useMutation({
    mutationKey: ['gate', sandbox],
    mutationFn: (act: GateAct) => actOnGate(client, sandbox, act),
    onError: (error, act) => toast.fail(failed[act.kind], describeFailure(error).detail),
  });
}

/** The same for dialogs, which show themselves what went wrong. */
export function useGateAnswer(sandbox: SandboxId, onDone: () => void) {
  const client = useClient();
  return useMutation({ mutationFn: (act: GateAct) => actOnGate(client, sandbox, act), onSuccess: onDone });
}

/** May this page touch the machine now, and if not: why. */
export function useMayTouch(sandbox: SandboxId): { readonly may: boolean; readonly why: string | null } {
  const operates = useMayOperate({ id: sandbox });
  const me = useMe(sandbox);
  const control = useGate(sandbox)?.control;
  if (!operates) return { may: false, why: mayOnlyWatch };
  const why = control === undefined ? null : whoElseHolds(control.holder, me);
  return { may: why === null, why };
}

/** `Anna has control`; null when `me` may touch. */
export function whoElseHolds(holder: Holder, me: string | undefined): string | null {
  if (holder.kind === 'nobody' || (holder.kind === 'person' && holder.viewer === me)) return null;
  return holder.kind === 'agent' ? 'The agent has control' : `${shownName(holder.name)} has control`;
}

const HEARTBEAT_MS = 5_000;

/** While this page has control it says that it is still here. While nobody has, what it sends carries that number, too: what was meant for then changes nothing later. */
export function useKeepControl(sandbox: SandboxId): void {
  const client = useClient();
  const me = useMe(sandbox);
  const control = useGate(sandbox)?.control;
  const mine = control?.holder.kind === 'person' && control.holder.viewer === me ? control.fence : undefined;
  const free = control?.holder.kind === 'nobody' ? control.fence : undefined;
  useEffect(() => {
    if (free !== undefined) client.fences.set(sandbox, free);
  }, [client, sandbox, free]);
  useEffect(() => {
    if (mine === undefined) return;
    const beat = () =>
      // One that is missed is made up for by the next; who has lost control sees it in the gate.
      void client.request('keepControl', { params: { sandbox }, body: { fence: mine } }).catch(() => undefined);
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [client, sandbox, mine]);
}
