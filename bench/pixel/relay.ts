/**
 * noVNC's way to the X server: WebSocket in, TCP out, and nothing else. Runs inside the sandbox's network namespace, where the RFB
 * port is, and accepts on a listener of the host that the benchmark hands over: so there is one process in between, as with the
 * usual proxy on the same machine, and none of ours.
 */
import { createServer } from 'node:http';
import { connect, type Server } from 'node:net';
import { WebSocketServer } from 'ws';

const port = Number(process.argv[2]);

process.once('message', (_message, listener) => {
  const http = createServer();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket, request) => {
    request.socket.setNoDelay(true);
    const rfb = connect({ host: '127.0.0.1', port, noDelay: true });
    rfb.on('data', (bytes) => socket.send(bytes));
    socket.on('message', (bytes) => rfb.write(bytes as Buffer));
    rfb.on('error', () => {}).on('close', () => socket.close());
    socket.on('error', () => {}).on('close', () => rfb.destroy());
  });
  http.listen(listener as Server);
  process.send?.('ready');
});
process.once('disconnect', () => process.exit(0));
