import { type DoorTexts, needsSandbox, sandboxWord, snippet } from './snippet.ts';

export const nativeTexts: DoorTexts = {
  title: 'HTTP',
  about: 'The API itself: anything that can send a request.',
  snippets: (place) => [
    snippet({
      id: 'curl',
      title: 'curl',
      language: 'shell',
      note: needsSandbox(place),
      text: `
curl -sS ${place.url}/v1/sandboxes/${sandboxWord(place)}/execs \\
  -H 'authorization: Bearer ${place.token}' \\
  -H 'content-type: application/json' \\
  -d '{"command": "uname -a"}'`,
    }),
  ],
};
