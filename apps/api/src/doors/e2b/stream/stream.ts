/**
 * `stream.getUrl()` of the vendor's desktop client. What answers on its port inside the sandbox is a stand-in (see ../desktop.ts) that
 * says whether the desktop may be shown; the picture comes from the recording's own end, and nobody can touch through it.
 */
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { isAppError, type Sandbox } from '@sandglass/protocol';
import type { Services } from '../../../services.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import { showPictures } from './pictures.ts';

export const STREAM_PORT = 6080;
/** Said by the stand-in, and by nothing that an agent runs there for itself. */
const MARK = 'x-sandglass-stream';

const PAGE = '/vnc.html';
const PICTURES = '/stream.jpeg';
const ANSWERS_WITHIN_MS = 5_000;

/** False: it is somebody's own server that listens there. */
export async function answerStream(
  exchange: Exchange,
  { services, sandbox }: { services: Pick<Services, 'machine' | 'screens'>; sandbox: Sandbox },
): Promise<boolean> {
  const { method, path, query } = exchange;
  if (method !== 'GET' || (path !== PAGE && path !== PICTURES && path !== '/')) return false;
  const said = await askStandIn(services.machine, sandbox, query.get('password') ?? '');
  if (said === null) return false;
  if (said === 'off')
    sendJson(exchange, 503, { code: 503, message: 'The stream is stopped. Start it: stream.start().' });
  else if (said === 'refused')
    sendJson(exchange, 401, { code: 401, message: 'The stream wants its password: getUrl({ authKey }).' });
  else if (path === PICTURES) await showPictures({ screens: services.screens, sandbox: sandbox.id, exchange });
  else sendPage(exchange);
  return true;
}

type Said = 'shown' | 'refused' | 'off' | null;

async function askStandIn(machine: Services['machine'], sandbox: Sandbox, password: string): Promise<Said> {
  let response: IncomingMessage;
  try {
    const socket = await machine.connectPort(sandbox.id, STREAM_PORT);
    response = await new Promise((resolve, reject) => {
      const asked = sendRequest({
        createConnection: () => socket,
        path: `/?${new URLSearchParams({ password })}`,
        headers: { host: 'localhost' },
        timeout: ANSWERS_WITHIN_MS,
      });
      asked.once('response', resolve).once('error', reject);
      asked.once('timeout', () => asked.destroy(new Error('It does not answer.')));
      asked.end();
    });
  } catch (error) {
    // Nothing listens, or something that is no such server: that is said where ports are passed on.
    if (isAppError(error) && error.code !== 'portClosed') throw error;
    return null;
  }
  response.destroy();
  if (response.headers[MARK] === undefined) return null;
  return response.statusCode === 200 ? 'shown' : response.statusCode === 401 ? 'refused' : 'off';
}

function sendPage({ response, query }: Exchange): void {
  const password = query.get('password');
  const source = `stream.jpeg${password === null ? '' : `?${new URLSearchParams({ password })}`}`;
  const fits = query.get('resize') !== 'off';
  const hint =
    query.get('view_only') === 'true'
      ? ''
      : '<p>View only. To use the mouse, take control in the Sandglass console.</p>';
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Desktop</title>
<style>
html, body { height: 100%; margin: 0; background: #000; color: #ccc; font: 13px/1.5 system-ui, sans-serif }
body { display: flex; flex-direction: column }
img { flex: 1; min-height: 0; ${fits ? 'width: 100%; object-fit: contain' : 'align-self: flex-start'} }
p { margin: 0; padding: 4px 12px }
</style>
<img alt="The live desktop" src="${source.replaceAll('&', '&amp;')}">
${hint}</html>
`;
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
  });
  response.end(page);
}
