// @vitest-environment jsdom
import type { Sandbox } from '@sandglass/protocol';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actions } from '../../platform/actions.ts';
import { type Server, ServerContext } from '../../platform/client.tsx';
import { Model } from '../../platform/model.ts';
import type { SessionModel, SessionState } from '../../platform/sessionModel.ts';
import { SessionContext } from '../../platform/useSession.ts';
import { CaptureStrip } from './CaptureStrip.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const private_ = { phase: 'private', by: 'tok_me', sinceMs: 1, untilMs: Date.UTC(2026, 0, 1, 12) } as const;

describe('the strip of what is not recorded', () => {
  const place = document.createElement('div');
  const root = createRoot(place);
  const request = vi.fn(async (_route: string, _given: unknown) => ({}));
  const draw = (sandbox: Partial<Sandbox>, role = 'operator') => {
    const token = { id: 'tok_me', role, scope: { kind: 'all' } };
    const session = new Model({ phase: 'open', session: { token } } as unknown as SessionState);
    const server = { client: { request } } as unknown as Server;
    const shown = { id: 'sbx_a', phase: 'running', capture: { phase: 'on' }, ...sandbox } as Sandbox;
    act(() =>
      root.render(
        createElement(
          QueryClientProvider,
          { client: new QueryClient() },
          createElement(
            ServerContext,
            { value: server },
            createElement(
              SessionContext,
              { value: session as unknown as SessionModel },
              createElement(CaptureStrip, { sandbox: shown }),
            ),
          ),
        ),
      ),
    );
  };
  beforeEach(() => request.mockClear());
  afterEach(() => act(() => root.render(null)));

  it('is not there while everything is recorded, and the action begins a private moment', async () => {
    draw({});
    expect(place.textContent).toBe('');
    expect(actions.find('sandbox.private')).toMatchObject({ title: 'Begin a private moment', blocked: undefined });
    await act(async () => void actions.run('sandbox.private'));
    expect(request).toHaveBeenCalledWith('startPrivate', { params: { sandbox: 'sbx_a' }, body: {} });
  });

  it('lets its person end it, and nobody else', async () => {
    draw({ capture: private_ });
    expect(place.textContent).toContain('nobody else sees screen and terminals');
    await act(async () => place.querySelector('button')?.click());
    expect(request).toHaveBeenCalledWith('endPrivate', { params: { sandbox: 'sbx_a' } });
    draw({ capture: { ...private_, by: 'tok_other' } });
    expect(place.textContent).toContain('Somebody works here in private');
    expect(place.querySelector('button')).toBeNull();
    expect(actions.find('sandbox.private')?.blocked).toBe('Somebody works in private');
  });

  it('says that the disk is full, and nothing of what has ended', () => {
    draw({ capture: { phase: 'noSpace', sinceMs: 1 } });
    expect(place.textContent).toContain('The disk that holds the recordings is full');
    draw({ phase: 'dead', capture: private_ });
    expect(place.textContent).toBe('');
    draw({}, 'viewer');
    expect(actions.find('sandbox.private')?.blocked).toBe('Your token may only watch');
  });
});
