import { type DoorTexts, needsSandbox, sandboxWord, snippet } from './snippet.ts';

export const computerTexts: DoorTexts = {
  title: 'Computer use',
  about: 'A loop of your own: what the model asks for with its computer tool is done here, in three lines.',
  snippets: (place) => {
    const address = `${place.url}/v1/sandboxes/${sandboxWord(place)}/computer`;
    const doIt = (part: string, query = '') => `fetch('${address}${query}', {
    method: 'POST',
    headers: { authorization: 'Bearer ${place.token}', 'content-type': 'application/json' },
    body: JSON.stringify(${part}),
  })`;
    return [
      snippet({
        id: 'computer-anthropic',
        title: 'Anthropic',
        language: 'javascript',
        packages: ['@anthropic-ai/sdk'],
        note: needsSandbox(place),
        text: `
import Anthropic from '@anthropic-ai/sdk';

// Through the model door: its thoughts are in the recording, and the real key stays on the server.
const client = new Anthropic({ baseURL: '${place.url}/model/anthropic', apiKey: '${place.token}' });
const tools = [{ type: 'computer_toolset_20260801' }];
const messages = [{ role: 'user', content: 'Which windows are open on this desktop?' }];

for (;;) {
  const reply = await client.messages.create({ model: 'claude-sonnet-5-5', max_tokens: 4096, tools, messages });
  messages.push({ role: 'assistant', content: reply.content });
  if (reply.stop_reason !== 'tool_use') break;
  const done = await ${doIt('reply.content')};
  if (!done.ok) throw new Error(await done.text());
  messages.push({ role: 'user', content: await done.json() });
}
console.log(messages.at(-1).content.at(-1).text);`,
      }),
      snippet({
        id: 'computer-openai',
        title: 'OpenAI',
        language: 'javascript',
        packages: ['openai'],
        note: needsSandbox(place),
        text: `
import OpenAI from 'openai';

// Through the model door: its thoughts are in the recording, and the real key stays on the server.
const client = new OpenAI({ baseURL: '${place.url}/model/openai/v1', apiKey: '${place.token}' });
const tools = [{ type: 'computer_use_preview', display_width: 1280, display_height: 800, environment: 'linux' }];
let input = [{ role: 'user', content: 'Which windows are open on this desktop?' }];
let previous;

for (;;) {
  const reply = await client.responses.create({
    model: 'computer-use-preview',
    truncation: 'auto',
    tools,
    input,
    previous_response_id: previous,
  });
  previous = reply.id;
  if (!reply.output.some((item) => item.type === 'computer_call')) {
    console.log(reply.output_text);
    break;
  }
  const done = await ${doIt('reply.output', '?width=1280&height=800')};
  if (!done.ok) throw new Error(await done.text());
  input = await done.json();
}`,
      }),
    ];
  },
};
