/** The stdio program against a scripted HTTP door. With a real door and the official client it runs in apps/api. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../bin/sandglass-mcp.mjs', import.meta.url));
type Message = { id?: unknown; method?: string };

/** A door that knows one session at a time, and what came to it. */
async function openDoor() {
  const seen: string[] = [];
  let session = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const part of request) text += part;
    const message: Message = text === '' ? {} : JSON.parse(text);
    seen.push(
      `${request.method} ${message.method ?? ''} ${request.headers['mcp-session-id'] ?? '-'} ${request.url}`.trim(),
    );
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'mcp-session-id': `s${session}` });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== 'Bearer right')
      return json(401, { error: { message: 'This token is not known here.' } });
    if (message.method === 'initialize') session++;
    else if (request.headers['mcp-session-id'] !== `s${session}`)
      return json(404, { error: { message: 'Begin again.' } });
    if (message.id === undefined) return response.writeHead(202).end();
    if (message.method === 'slow') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': still here\n\nevent: message\ndata: {"method":"notifications/progress"}\n\ndata: {"id":');
      return response.end(`${JSON.stringify(message.id)},"result":"slow"}\n\n`);
    }
    if (message.method === 'cut')
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': bye\n\n');
    json(200, { jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-06-18' } });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    restart: () => {
      session++;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

class Host {
  readonly program: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(url: string, token = 'right', more: readonly string[] = []) {
    this.program = spawn(process.execPath, [program, '--url', url, ...more], { env: { SANDGLASS_TOKEN: token } });
    this.#lines = createInterface({ input: this.program.stdout })[Symbol.asyncIterator]();
  }
  say(message: object | string): void {
    this.program.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }
  async hear(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.#lines.next()).value as string) as Record<string, unknown>;
  }
  async end(): Promise<void> {
    const exited = once(this.program, 'exit');
    this.program.stdin.end();
    await exited;
  }
}

it('hands lines on and back, in both forms of a reply, and ends its session when its host goes', async () => {
  await using door = await openDoor();
  const host = new Host(door.url, 'right', ['--sandbox', 'sbx_a', '--display', '800x600']);
  host.say({ jsonrpc: '2.0', id: 1, method: 'initialize' });
  expect(await host.hear()).toMatchObject({ id: 1, result: { protocolVersion: '2025-06-18' } });
  host.say({ jsonrpc: '2.0', id: 'two', method: 'slow' });
  expect(await host.hear()).toEqual({ method: 'notifications/progress' });
  expect(await host.hear()).toEqual({ id: 'two', result: 'slow' });
  host.say('{{{');
  expect(await host.hear()).toMatchObject({ error: { code: -32700 } });
  host.say({ jsonrpc: '2.0', id: 3, method: 'cut' });
  expect(await host.hear()).toMatchObject({ id: 3, error: { message: expect.stringContaining('ended before') } });
  await host.end();
  expect(door.seen[0]).toBe('POST initialize - /mcp?sandbox=sbx_a&display=800x600');
  expect(door.seen.at(-1)).toMatch(/^DELETE {2}s1 /);
});

it('greets a server that was started again anew, once for all that wait, and its host notices nothing', async () => {
  await using door = await openDoor();
  const host = new Host(door.url);
  host.say({ jsonrpc: '2.0', id: 1, method: 'initialize' });
  await host.hear();
  door.restart();
  for (const id of [2, 3, 4]) host.say({ jsonrpc: '2.0', id, method: 'tools/list' });
  const answers = [await host.hear(), await host.hear(), await host.hear()];
  expect(answers.map(({ id }) => id).sort()).toEqual([2, 3, 4]);
  expect(answers.every(({ result }) => result !== undefined)).toBe(true);
  expect(door.seen.filter((line) => line.startsWith('POST initialize'))).toHaveLength(2);
  await host.end();
});

it('says in words that a token is wrong or nobody answers', async () => {
  await using door = await openDoor();
  const wrong = new Host(door.url, 'wrong');
  wrong.say({ jsonrpc: '2.0', id: 1, method: 'initialize' });
  expect(await wrong.hear()).toMatchObject({ id: 1, error: { message: 'This token is not known here.' } });
  await wrong.end();
  const nobody = new Host('http://127.0.0.1:1');
  nobody.say({ jsonrpc: '2.0', id: 1, method: 'initialize' });
  expect(await nobody.hear()).toMatchObject({ id: 1, error: { message: expect.stringContaining('does not answer') } });
  await nobody.end();
});
