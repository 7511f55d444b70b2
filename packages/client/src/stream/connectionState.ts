/**
 * The connection's machine, pure.
 *
 *   state       | start       open   lost                  retry       stop     refuse
 *   closed      | connecting  -      -                     -           -        -
 *   connecting  | -           open   waiting (attempt+1)   -           closed   closed+error
 *   open        | -           -      waiting (attempt 1)   -           closed   closed+error
 *   waiting     | -           -      -                     connecting  closed   closed+error
 */
export type ConnectionState =
  | { readonly phase: 'closed'; readonly error: Error | null }
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'open' }
  | { readonly phase: 'waiting'; readonly attempt: number; readonly retryAtMs: number };

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'open' }
  | { readonly type: 'lost'; readonly retryAtMs: number }
  | { readonly type: 'retry' }
  | { readonly type: 'stop' }
  | { readonly type: 'refuse'; readonly error: Error };

/** Returns the same object when the event means nothing in this state. */
export function transition(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  if (state.phase === 'closed') return event.type === 'start' ? { phase: 'connecting', attempt: 1 } : state;
  if (event.type === 'stop') return { phase: 'closed', error: null };
  if (event.type === 'refuse') return { phase: 'closed', error: event.error };
  switch (state.phase) {
    case 'connecting':
      if (event.type === 'open') return { phase: 'open' };
      if (event.type === 'lost') return { phase: 'waiting', attempt: state.attempt + 1, retryAtMs: event.retryAtMs };
      return state;
    case 'open':
      return event.type === 'lost' ? { phase: 'waiting', attempt: 1, retryAtMs: event.retryAtMs } : state;
    case 'waiting':
      return event.type === 'retry' ? { phase: 'connecting', attempt: state.attempt } : state;
  }
}
