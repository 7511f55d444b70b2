import type { OpenApiDocument } from './openApi.ts';

export const docsStyle = `
:root { color-scheme: light dark; font: 15px/1.55 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 6rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
details { border: 1px solid #8884; border-radius: 8px; margin: .4rem 0; }
summary { cursor: pointer; padding: .55rem .8rem; display: flex; gap: .8rem; align-items: baseline; }
summary span { opacity: .75; } details > div { padding: 0 .9rem .8rem; }
b.method { font: 600 12px ui-monospace, monospace; min-width: 3.6rem; }
pre { overflow: auto; background: #8881; border-radius: 6px; padding: .7rem; }
.role { margin-left: auto; font-size: 12px; opacity: .7; }
`;

const safe = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] as string,
  );
const json = (value: unknown) => `<pre>${safe(JSON.stringify(value, null, 2))}</pre>`;

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; description?: string }[];
  readonly requestBody?: { content: unknown };
  readonly responses: Record<string, { content?: unknown }>;
  readonly 'x-role'?: string;
}

/** A page to read, without a script: the same document that programs get. */
export function docsPage(document: OpenApiDocument): string {
  const nouns = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, value] of Object.entries(methods)) {
      const operation = value as unknown as Operation;
      const noun = operation.tags[0] ?? 'other';
      nouns.set(noun, [...(nouns.get(noun) ?? []), entry(method, path, operation)]);
    }
  const groups = [...nouns].map(([noun, entries]) => `<h2>${safe(noun)}</h2>${entries.join('')}`).join('');
  const schemas = Object.entries(document.components.schemas)
    .map(
      ([id, schema]) =>
        `<details id="${safe(id)}"><summary><code>${safe(id)}</code></summary><div>${json(schema)}</div></details>`,
    )
    .join('');
  const info = document['info'] as { version: string; description: string };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandglass API</title><link rel="stylesheet" href="/docs/style.css">
<body><h1>Sandglass API ${safe(info.version)}</h1><p>${safe(info.description)}</p>
<p>For programs: <a href="/docs/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${groups}<h2>Schemas</h2>${schemas}</body></html>`;
}

function entry(method: string, path: string, operation: Operation): string {
  const success = Object.entries(operation.responses).find(([status]) => status !== 'default');
  const parameters = operation.parameters
    .map(
      ({ name, in: where, required, description = '' }) =>
        `<li><code>${safe(name)}</code> (${where}${required ? ', required' : ''}) ${safe(description)}</li>`,
    )
    .join('');
  return `<details><summary><b class="method">${safe(method.toUpperCase())}</b><code>${safe(path)}</code>
<span>${safe(operation.summary)}</span><span class="role">${safe(operation['x-role'] ?? 'no token')}</span></summary><div>
${parameters ? `<ul>${parameters}</ul>` : ''}${operation.requestBody ? `<p>Body</p>${json(operation.requestBody.content)}` : ''}
<p>Reply ${safe(success?.[0] ?? '')}</p>${success?.[1].content ? json(success[1].content) : ''}</div></details>`;
}
