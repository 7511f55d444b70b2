import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const client = new Client({ name: 'story', version: '1.0.0' });
const headers = { authorization: `Bearer ${process.env.SANDGLASS_TOKEN}` };
const url = new URL(process.env.MCP_URL);
url.searchParams.set('sandbox', process.env.SANDBOX);
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
const call = async (name, args) => await client.callTool({ name, arguments: args });

await call('computer_move', { x: 420, y: 320 });
const { content } = await call('bash', { command: 'echo agent' });
await call('computer_click', { x: 420, y: 320 });
console.log(content[0].text.trim());
await client.close();
