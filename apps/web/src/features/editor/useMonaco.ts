import { useEffect, useState } from 'react';
import { useTheme } from '../../platform/theme.ts';

type MonacoModule = typeof import('./monaco.ts');
let loading: Promise<MonacoModule> | undefined;

/** Monaco, loaded when the first editor is shown, in the page's theme; null until then. */
export function useMonaco(): MonacoModule['monaco'] | null {
  const [module, setModule] = useState<MonacoModule | null>(null);
  const theme = useTheme();
  useEffect(() => {
    let left = false;
    loading ??= import('./monaco.ts');
    void loading.then(
      (loaded) => left || setModule(loaded),
      () => {
        // The next editor tries again: the server may have been away.
        loading = undefined;
      },
    );
    return () => {
      left = true;
    };
  }, []);
  useEffect(() => module?.setMonacoTheme(theme), [module, theme]);
  return module?.monaco ?? null;
}
