/** Whether this sandbox is recorded, and if not, whether that is for this person's sake. */
import type { Sandbox } from '@sandglass/protocol';
import { whyNothingAt } from '@sandglass/replay';
import { toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';
import { usePlayhead } from './playhead.ts';
import { usePutSandbox } from './sandboxes.ts';
import { useStore } from './store.ts';
import { SessionContext } from './useSession.ts';

export type Privacy =
  | { readonly phase: 'recorded' }
  | { readonly phase: 'mine' | 'others'; readonly untilMs: number }
  | { readonly phase: 'noSpace'; readonly sinceMs: number };

/** `token`: of this page. */
export function privacyOf({ capture }: Pick<Sandbox, 'capture'>, token: string | undefined): Privacy {
  if (capture.phase === 'on') return { phase: 'recorded' };
  if (capture.phase === 'noSpace') return capture;
  return { phase: capture.by !== null && capture.by === token ? 'mine' : 'others', untilMs: capture.untilMs };
}

/** Also where a file is shown, and there is no session. */
export function usePrivacy(sandbox: Pick<Sandbox, 'capture'>): Privacy {
  const session = useContext(SessionContext);
  const token = useSyncExternalStore(session?.subscribe ?? never, () =>
    session?.state.phase === 'open' ? session.state.session.token.id : undefined,
  );
  return privacyOf(sandbox, token);
}

const never = () => () => {};

/** Begins and ends a private moment. */
export function usePrivateMoment(sandbox: Pick<Sandbox, 'id'>) {
  const client = useClient();
  const put = usePutSandbox();
  const params = { sandbox: sandbox.id };
  const start = useMutation({
    mutationFn: () => client.request('startPrivate', { params, body: {} }),
    onSuccess: (next: Sandbox) => put(next),
    onError: (error) => toast.fail('It is still recorded', describeFailure(error).detail),
  });
  const end = useMutation({
    mutationFn: () => client.request('endPrivate', { params }),
    onSuccess: (next: Sandbox) => put(next),
    onError: (error) => toast.fail('The private moment has not ended', describeFailure(error).detail),
  });
  return { start: start.mutate, end: end.mutate, busy: start.isPending || end.isPending };
}

export type PastGap = NonNullable<ReturnType<typeof whyNothingAt>>;

/** Of the moment that is shown: why there is nothing of it; undefined when there is, or it is now. */
export function usePastGap(): PastGap | undefined {
  const playhead = usePlayhead();
  const { head } = useStore(playhead);
  const atUs = head.phase === 'live' ? null : head.atUs;
  const [found, setFound] = useState<PastGap | undefined>(undefined);
  useEffect(() => {
    if (atUs === null) {
      setFound(undefined);
      return;
    }
    let wanted = true;
    playhead.recordingAt(atUs).then(
      (recording) => wanted && setFound(whyNothingAt(recording.index, atUs)),
      // Whoever shows the moment says that it cannot be read.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [playhead, atUs]);
  return found;
}
