import { routes } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { openApiDocument } from './openApi.ts';

const document = openApiDocument('1.2.3');

it('has every route once, with its role and its reply', () => {
  for (const [name, route] of Object.entries(routes)) {
    const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    expect(operation, name).toMatchObject({ operationId: name, summary: route.summary });
    expect(operation?.['x-role'] ?? null).toBe(route.role);
  }
  const count = Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length;
  expect(count).toBe(Object.keys(routes).length);
});

it('points to nothing that is not there', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1],
  );
  expect(refs.length).toBeGreaterThan(50);
  for (const ref of new Set(refs)) expect(Object.keys(document.components.schemas)).toContain(ref);
  expect(JSON.stringify(document)).not.toContain('$defs');
});

it('gives examples that its own schemas accept', () => {
  let checked = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const schema = value as { example?: unknown; pattern?: string; type?: string; maxLength?: number };
    if (schema.example !== undefined) {
      checked++;
      expect(typeof schema.example).toBe(schema.type);
      if (schema.pattern !== undefined) expect(schema.example).toMatch(new RegExp(schema.pattern));
    }
    for (const part of Object.values(value)) visit(part);
  };
  visit(document);
  expect(checked).toBeGreaterThan(1);
});

it('makes what has a default optional in a body', () => {
  const body = document.components.schemas['OpenTerminal'] as { required?: string[] };
  expect(body.required ?? []).not.toContain('columns');
});

it('is served to programs and to people, without anything from elsewhere', async () => {
  await using world = await ServerWorld.start();
  const json = await world.ask('/docs/openapi.json', { token: null });
  expect((json.json as { openapi: string }).openapi).toBe('3.1.0');
  const page = await world.ask('/docs', { token: null });
  expect(page.body.toString()).toContain('/v1/sandboxes/{sandbox}');
  expect(page.body.toString()).not.toMatch(/<script|https?:\/\//);
});
