#!/usr/bin/env node
/**
 * MCP over stdio, for hosts that start their servers as programs: each line is handed to Sandglass's HTTP door, and what comes back is printed.
 * Needs nothing but Node 20, so that it can be copied or run by its path.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const usage = `Usage: sandglass-mcp [--url URL] [--token TOKEN] [--sandbox ID | --image NAME] [--display WIDTHxHEIGHT]

  --url      of the Sandglass server      (SANDGLASS_URL, else http://127.0.0.1:8765)
  --token    a token with the role operator (SANDGLASS_TOKEN; other users of this machine can read arguments)
  --sandbox  work in this sandbox, instead of one that is made at the first tool that needs it
  --image    of the one that is made: desktop, browser or base
  --display  how large the agent sees the screen
`;

const settings = readSettings();
const address = new URL(`${settings.url.replace(/\/+$/, '').replace(/\/mcp$/, '')}/mcp`);
for (const name of ['sandbox', 'image', 'display']) if (settings[name]) address.searchParams.set(name, settings[name]);

/** The session, and what began it: a server that was started again is told it once more. */
let session = null;
let protocolVersion = null;
let hello = null;
let ready = Promise.resolve();
let again = null;
const open = new Set();

function readSettings() {
  const text = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({
      options: { url: text, token: text, sandbox: text, image: text, display: text, help: { type: 'boolean' } },
    }));
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const { SANDGLASS_URL, SANDGLASS_TOKEN } = process.env;
  const url = values.url ?? SANDGLASS_URL ?? 'http://127.0.0.1:8765';
  const token = values.token ?? SANDGLASS_TOKEN;
  if (!URL.canParse(url) || !token) {
    process.stderr.write(
      `${token ? `${url} is no URL.` : 'A token is needed: --token or SANDGLASS_TOKEN.'}\n\n${usage}`,
    );
    process.exit(2);
  }
  return { ...values, url, token };
}

const print = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const refuse = (message, words) => {
  process.stderr.write(`sandglass-mcp: ${words}\n`);
  if (message.id !== undefined && message.method)
    print({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: words } });
};

function ask(method, body, knownSession = session) {
  return fetch(address, {
    method,
    headers: {
      authorization: `Bearer ${settings.token}`,
      accept: 'application/json, text/event-stream',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(knownSession === null ? {} : { 'mcp-session-id': knownSession }),
      ...(protocolVersion === null ? {} : { 'mcp-protocol-version': protocolVersion }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Messages of a reply, whichever of its two forms it has. */
async function* messagesOf(response) {
  if (!(response.headers.get('content-type') ?? '').includes('text/event-stream')) {
    const text = await response.text();
    if (text.trim() !== '') yield JSON.parse(text);
    return;
  }
  let rest = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + part).split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart());
      if (data.join('') !== '') yield JSON.parse(data.join('\n'));
    }
  }
}

async function wordsOf(response) {
  const text = await response.text().catch(() => '');
  try {
    const { error, detail } = JSON.parse(text);
    return error?.message ?? detail ?? text;
  } catch {
    return `${address.origin} answered ${response.status}.`;
  }
}

/** A server that was started again knows no old sessions: the host's own greeting begins a new one, once for all that wait. */
function beginAgain(lost) {
  if (session !== lost) return Promise.resolve();
  again ??= (async () => {
    const response = await ask('POST', { ...hello, id: 'sandglass-again' }, null);
    if (!response.ok) throw new Error(await wordsOf(response));
    for await (const _ of messagesOf(response));
    session = response.headers.get('mcp-session-id');
    await ask('POST', { jsonrpc: '2.0', method: 'notifications/initialized' }).then((reply) => reply.body?.cancel());
  })().finally(() => {
    again = null;
  });
  return again;
}

async function pass(message) {
  const used = message.method === 'initialize' ? null : session;
  let response = await ask('POST', message, used);
  if (response.status === 404 && used !== null && hello !== null) {
    await response.body?.cancel();
    await beginAgain(used);
    response = await ask('POST', message);
  }
  if (!response.ok) return refuse(message, await wordsOf(response));
  session = response.headers.get('mcp-session-id') ?? session;
  let answered = message.id === undefined || !message.method;
  for await (const answer of messagesOf(response)) {
    if (message.method === 'initialize' && answer.result) protocolVersion = answer.result.protocolVersion ?? null;
    answered ||= answer.id === message.id;
    print(answer);
  }
  if (!answered)
    refuse(message, 'The connection to Sandglass ended before the answer came. What was begun goes on there.');
}

async function handle(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    print({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'This line is not JSON.' } });
    return;
  }
  const before = ready;
  const work = (async () => {
    await before;
    try {
      await pass(message);
    } catch (error) {
      refuse(message, `Sandglass at ${address.origin} does not answer: ${error.cause?.message ?? error.message}`);
    }
  })();
  if (message.method === 'initialize') {
    hello = message;
    ready = work;
  }
  open.add(work);
  await work;
  open.delete(work);
}

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
lines.on('line', (line) => line.trim() !== '' && void handle(line));
lines.on('close', async () => {
  // What was just said is still handed on; what it waits for goes on in the sandbox.
  await Promise.race([Promise.allSettled([...open]), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (session !== null) await ask('DELETE').catch(() => {});
  process.exit(0);
});
process.stdout.on('error', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => lines.close());
