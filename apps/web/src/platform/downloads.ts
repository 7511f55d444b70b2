import type { RequestInput } from '@sandglass/client';
import type { RouteName } from '@sandglass/protocol';
import { useClient, useIsOffline } from './client.tsx';

type Download = <N extends RouteName>(name: N, input: Pick<RequestInput<N>, 'params' | 'query'>) => void;

/** Lets the browser fetch a file of the server, under the name that the server gives it; undefined where there is no server. */
export function useDownload(): Download | undefined {
  const client = useClient();
  const offline = useIsOffline();
  if (offline) return undefined;
  return (name, input) => {
    const link = document.createElement('a');
    link.href = client.urlOf(name, input);
    link.download = '';
    link.click();
  };
}
