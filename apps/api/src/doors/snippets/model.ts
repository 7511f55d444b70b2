import { type DoorTexts, snippet } from './snippet.ts';

export const modelTexts: DoorTexts = {
  title: 'Model',
  about:
    'Your agent’s own requests to its model, seen with its thoughts, tokens and cost. The real key stays on this server.',
  snippets: (_place, variables) => [
    snippet({
      id: 'model-variables',
      title: 'Variables',
      language: 'shell',
      text: Object.entries(variables)
        .map(([name, value]) => `export ${name}=${value}`)
        .join('\n'),
    }),
  ],
};
