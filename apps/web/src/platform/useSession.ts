import type { Role, Sandbox } from '@sandglass/protocol';
import { createContext, useContext } from 'react';
import type { SessionModel, SessionState } from './sessionModel.ts';
import { useStore } from './store.ts';

export const SessionContext = createContext<SessionModel | null>(null);

export function useSession(): SessionState {
  const model = useContext(SessionContext);
  if (model === null) throw new Error('useSession needs a session around it');
  return useStore(model);
}

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Said wherever an action is shown that this person's token does not allow. */
export const mayOnlyWatch = 'Your token may only watch';

/** May this page touch sandboxes (of this scope)? The server checks again; this only decides what is shown. */
export function useMayOperate(sandbox?: Pick<Sandbox, 'id'>): boolean {
  const state = useSession();
  if (state.phase !== 'open') return false;
  const { role, scope } = state.session.token;
  if (rank[role] < rank.operator) return false;
  return scope.kind === 'all' || (sandbox !== undefined && scope.sandbox === sandbox.id);
}
