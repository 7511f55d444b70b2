import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';

async function built(): Promise<ServerWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-console-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(directory, 'assets/app-abc123.js'), 'let a = 1;');
  writeFileSync(join(directory, 'assets/app-abc123.js.br'), brotliCompressSync('let a = 1;'));
  writeFileSync(join(directory, 'icon.svg'), '<svg/>');
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return await ServerWorld.start({ consoleDirectory: directory });
}

it('serves the console under its policy, its assets for ever, its page never from a cache', async () => {
  await using world = await built();
  const page = await world.ask('/', { token: null, headers: { accept: 'text/html' } });
  expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("worker-src 'self' blob:");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
  const asset = await world.ask('/assets/app-abc123.js', { token: null, headers: { 'accept-encoding': 'br' } });
  expect(asset.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(asset.headers['content-type']).toMatch(/javascript/);
  expect((await world.ask('/icon.svg', { token: null })).headers['cache-control']).toBe('no-cache');
});

it('gives the page for addresses of the router, and problems for the rest', async () => {
  await using world = await built();
  const html = { accept: 'text/html,*/*' };
  expect((await world.ask('/sandboxes/sbx_aaaa?t=5', { token: null, headers: html })).body.toString()).toContain(
    'console',
  );
  for (const path of ['/assets/gone.js', '/v1/nothing', '/docs/nothing'])
    expect((await world.ask(path, { token: null, headers: html })).problem.code).toBe('notFound');
  expect((await world.ask('/sandboxes/x', { token: null })).problem.code).toBe('notFound');
  expect((await world.ask('/x', { token: null, method: 'POST', body: '{}', headers: html })).problem.code).toBe(
    'notFound',
  );
  for (const path of ['/..%2f..%2fetc/passwd', '/assets/..%2f..%2fpackage.json', '/.%2e/x', '/%00'])
    expect((await world.ask(path, { token: null })).status, path).toBeGreaterThanOrEqual(400);
});

it('says how to build the console when it is not built', async () => {
  await using world = await ServerWorld.start();
  const page = await world.ask('/', { token: null, headers: { accept: 'text/html' } });
  expect(page.body.toString()).toContain('npm run build');
});

it('tells readiness and metrics', async () => {
  await using world = await ServerWorld.start();
  expect((await world.ask('/v1/ready', { token: null })).json).toEqual({ status: 'ok' });
  world.stub.phase = 'starting';
  expect((await world.ask('/v1/ready', { token: null })).status).toBe(503);
  expect((await world.ask('/v1/health', { token: null })).status).toBe(200);
  expect((await world.ask('/metrics', { token: null })).status).toBe(401);
  world.stub.phase = 'ok';
  await world.view();
  const metrics = (await world.ask('/metrics')).body.toString();
  expect(metrics).toContain('sandglass_sandboxes{phase="running"} 2');
  expect(metrics).toContain('sandglass_stream_connections 1');
  expect(metrics).toMatch(/sandglass_request_duration_seconds_count\{operation="ready",status="503"\} 1/);
  expect(metrics).toContain('nodejs_eventloop_lag_seconds');
});
