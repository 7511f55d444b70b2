// One connection to a browser: so many round trips, the milliseconds of each as JSON. Run inside and outside a sandbox alike.
import { WebSocket } from 'ws';

const [address, kind, count] = process.argv.slice(2);
const url = address.startsWith('ws')
  ? address
  : (await (await fetch(`${address}/json/version`)).json()).webSocketDebuggerUrl;
const socket = new WebSocket(url, { perMessageDeflate: false });
await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
const waiting = new Map();
let last = 0;
socket.on('message', (text) => {
  const { id, result, error } = JSON.parse(text);
  if (error) throw new Error(error.message);
  waiting.get(id)?.(result);
});
const send = (method, params = {}, sessionId = undefined) =>
  new Promise((resolve) => {
    waiting.set(++last, resolve);
    socket.send(JSON.stringify({ id: last, method, params, sessionId }));
  });
const { targetInfos } = await send('Target.getTargets');
const { targetId } = targetInfos.find(({ type }) => type === 'page');
const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
const once =
  kind === 'act'
    ? () => send('Runtime.evaluate', { expression: '6 * 7', returnByValue: true }, sessionId)
    : () => send('Page.getLayoutMetrics', {}, sessionId);
const samples = [];
for (let n = -100; n < Number(count); n++) {
  const from = performance.now();
  await once();
  if (n >= 0) samples.push(performance.now() - from);
}
process.stdout.write(JSON.stringify(samples));
process.exit(0);
