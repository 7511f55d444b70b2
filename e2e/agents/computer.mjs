// A loop around a model of Anthropic's, with the model's three replies written down.
const computer = async (content) => {
  const answer = await fetch(
    `${process.env.SANDGLASS_URL}/v1/sandboxes/${process.env.SANDBOX}/computer?width=1280&height=800`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${process.env.SANDGLASS_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(content),
    },
  );
  return await answer.json();
};
const use = (name, input) => [{ type: 'tool_use', id: `toolu_${Math.random().toString(36).slice(2)}`, name, input }];

await computer(use('computer', { action: 'mouse_move', coordinate: [440, 340] }));
const [heard] = await computer(use('bash', { command: 'echo agent' }));
await computer(use('computer', { action: 'left_click', coordinate: [440, 340] }));
const text = typeof heard.content === 'string' ? heard.content : heard.content.map((part) => part.text ?? '').join('');
console.log(text.trim());
