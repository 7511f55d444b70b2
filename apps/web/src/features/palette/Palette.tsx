import { useNavigate, useRouterState } from '@tanstack/react-router';
import { Command, Keyboard } from 'lucide-react';
import { lazy, useEffect, useState } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { useStore } from '../../platform/store.ts';
import { useActions } from '../../platform/useAction.ts';
import { paletteModel } from './paletteModel.ts';
import { recent } from './recent.ts';
import { holdTyping } from './typeAhead.ts';

const loadActions = () => import('./ActionPalette.tsx');
const loadKeys = () => import('./KeysDialog.tsx');
const ActionPalette = lazy(loadActions);
const KeysDialog = lazy(loadKeys);
/** The page has drawn what was asked for; safe on a browser without idle callbacks. */
const LOAD_AFTER_MS = 1_500;

/** ⌘K and `?`, on every page. Their code is loaded once the page stands, so that what is typed after ⌘K goes into it. */
export function Palette() {
  const open = useStore(paletteModel);
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const close = (next: boolean) => (next ? undefined : paletteModel.show('closed'));
  useActions([
    {
      id: 'palette.show',
      title: 'Everything that can be done',
      group: 'Help',
      icon: <Command size={14} />,
      shortcut: ['Mod+K', 'Mod+Shift+P'],
      keyOnly: true,
      run: () => {
        paletteModel.show('actions');
        holdTyping({
          isFocused: () => document.activeElement?.matches('.ui-palette-input') === true,
          isWanted: () => paletteModel.state === 'actions',
        });
      },
    },
    {
      id: 'keys.show',
      title: 'Keys of this view',
      group: 'Help',
      icon: <Keyboard size={14} />,
      shortcut: '?',
      keywords: 'keyboard shortcuts help',
      run: () => paletteModel.show('keys'),
    },
  ]);
  useEffect(() => {
    if (open !== 'closed') setAsked((before) => (before.has(open) ? before : new Set([...before, open])));
  }, [open]);
  useRecentPlaces();
  useEffect(() => {
    const timer = setTimeout(() => void Promise.allSettled([loadActions(), loadKeys()]), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const navigate = useNavigate();
  return (
    <LazyPart asked={open !== 'closed'}>
      {asked.has('actions') ? (
        <ActionPalette
          open={open === 'actions'}
          onOpenChange={close}
          onGo={(sandbox, search) =>
            void navigate({ to: '/s/$sandbox', params: { sandbox: sandbox as never }, search })
          }
        />
      ) : null}
      {asked.has('keys') ? <KeysDialog open={open === 'keys'} onOpenChange={close} /> : null}
    </LazyPart>
  );
}

/** Sandboxes and files that were opened, from the address. */
function useRecentPlaces(): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    const sandbox = /^\/s\/([^/]+)/.exec(path)?.[1];
    if (sandbox !== undefined) recent.opened(sandbox);
  }, [path]);
}
