// A loop with the vendor's own client, whose model is reached through the model door and whose tools are Sandglass's.
import Anthropic from '@anthropic-ai/sdk';

const { SANDGLASS_URL, SANDGLASS_TOKEN, SANDBOX } = process.env;
const client = new Anthropic({ baseURL: `${SANDGLASS_URL}/model/${SANDBOX}/anthropic`, apiKey: SANDGLASS_TOKEN });
const tools = [{ type: 'computer_toolset_20260801' }, { type: 'bash_20250124', name: 'bash' }];
const messages = [{ role: 'user', content: 'Say who you are.' }];

for (;;) {
  const reply = await client.messages.create({ model: 'scripted', max_tokens: 256, tools, messages });
  messages.push({ role: 'assistant', content: reply.content });
  if (reply.stop_reason !== 'tool_use') break;
  const done = await fetch(`${SANDGLASS_URL}/v1/sandboxes/${SANDBOX}/computer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SANDGLASS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(reply.content),
  });
  messages.push({ role: 'user', content: await done.json() });
}
console.log(messages.at(-1).content[0].text);
