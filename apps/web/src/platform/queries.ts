import { isAppError } from '@sandglass/protocol';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isUnauthenticated } from './errors.ts';

/** @param onUnauthenticated called when any reply says that the session is over */
export function createQueryClient(onUnauthenticated: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (isUnauthenticated(error)) onUnauthenticated();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        // The client retries what is safe by itself; here only what may come back later is asked again.
        retry: (count, error) => count < 2 && (!isAppError(error) || error.retryable),
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
}
