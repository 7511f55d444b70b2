import { describe, expect, it } from 'vitest';
import { AppError, errorTable, isAppError, toAppError, toProblem } from './errors.ts';
import { formatId, SandboxId } from './ids.ts';
import { routes } from './routes.ts';
import { CreateSandbox, EgressRule } from './sandbox.ts';
import { Label, SandboxPath } from './text.ts';

describe('routes', () => {
  it('name each operation once', () => {
    const seen = Object.values(routes).map((route) => `${route.method} ${route.path}`);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('declare every path parameter', () => {
    for (const route of Object.values(routes)) {
      const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      const declared = 'params' in route ? Object.keys((route.params as { shape: Record<string, unknown> }).shape) : [];
      expect(declared.sort()).toEqual(named.sort());
    }
  });
});

describe('ids', () => {
  it('are made in the shape they are checked for', () => {
    expect(SandboxId.safeParse(formatId('sbx', new Uint8Array(10).fill(255))).success).toBe(true);
    for (const bad of ['sbx_', 'sbx_../x', 'chk_abcdef', 'sbx_ABCDEF', 'sbx_abcdef\n'])
      expect(SandboxId.safeParse(bad).success).toBe(false);
  });
});

describe('hostile text', () => {
  it.each(['a\u0007b', 'a\nb', '\u202egnp.exe', 'zero\u200bwidth', '', '   ', 'x'.repeat(81)])(
    'is refused as a name: %j',
    (name) => {
      expect(Label(80).safeParse(name).success).toBe(false);
    },
  );

  it('is refused as a path', () => {
    expect(SandboxPath.safeParse('a\0b').success).toBe(false);
    expect(SandboxPath.safeParse('x'.repeat(4097)).success).toBe(false);
  });

  it.each(['https://a.b', 'a..b', '*.', 'a b', '-a.com', 'a.com:443', '**', '999.1.1.1', '10.0.0.0/33', '1.2.3'])(
    'is refused as an egress host: %j',
    (host) => {
      expect(EgressRule.safeParse({ host }).success).toBe(false);
    },
  );

  it.each([
    '*',
    'example.org',
    '*.example.org',
    '10.0.0.1',
    '10.0.0.0/8',
    '::1',
    '2001:db8::/32',
    'xn--bcher-kva.example',
  ])('is accepted as an egress host: %j', (host) => {
    expect(EgressRule.safeParse({ host }).success).toBe(true);
  });
});

describe('create', () => {
  it('refuses an image and a checkpoint together, and unknown fields', () => {
    expect(CreateSandbox.safeParse({ image: 'base', checkpoint: 'chk_abcdef' }).success).toBe(false);
    expect(CreateSandbox.safeParse({ privileged: true }).success).toBe(false);
  });
});

describe('errors', () => {
  it('keep the cause to themselves', () => {
    const problem = toProblem(toAppError(new Error('password is hunter2')), 'req-1');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(problem).toMatchObject({ code: 'internal', status: 500, instance: 'req-1' });
  });

  it('are known by name, not by class', () => {
    expect(isAppError(Object.assign(new Error('x'), { name: 'AppError', code: 'notFound' }))).toBe(true);
    expect(isAppError(new Error('x'))).toBe(false);
    expect(new AppError('noSpace', 'x').status).toBe(errorTable.noSpace.status);
  });
});
