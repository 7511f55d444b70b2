/** The small shop that the demo agent works on: a server, a page, a rule that is wrong, and its tests. */

/** In the sandbox. */
export const folder = '/home/user/shop';
export const port = 3000;

export const files: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'shop', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'total.js': `const prices = { mug: 12.5 };
const discounts = { 'SPRING-25': 25, 'WELCOME-5': 5 };

/** What the customer pays, in euros. */
export function total(item, code) {
  return prices[item] - (discounts[code] ?? 0);
}
`,
  'server.js': `import { createServer } from 'node:http';
import { total } from './total.js';

const page = (code) => \`<!doctype html><html lang="en"><meta charset="utf-8"><title>Checkout</title>
<style>body{font:18px system-ui;margin:48px auto;max-width:520px}h1{font-size:30px}label{display:block;margin:18px 0 6px}
input{font:inherit;padding:8px 10px;width:100%;box-sizing:border-box}button{font:inherit;margin-top:24px;padding:10px 22px;
border:0;border-radius:6px;background:#2f6bff;color:#fff}b{font-size:24px;display:block;margin-top:24px}</style>
<h1>Checkout</h1><p>1 × mug</p><form><label for="code">Discount code</label><input id="code" name="code" value="\${code}">
<b>Total €\${total('mug', code).toFixed(2)}</b><button>Apply code</button></form></html>\`;

createServer((request, response) => {
  const code = new URL(request.url, 'http://localhost').searchParams.get('code') ?? '';
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page(code.replace(/[^A-Z0-9-]/g, '')));
}).listen(${port});
`,
};

export const test = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from './total.js';

test('a code makes it cheaper', () => assert.equal(total('mug', 'WELCOME-5'), 7.5));
test('a total is never negative', () => assert.ok(total('mug', 'SPRING-25') >= 0));
`;

/** As a person chose. */
export const fixes = {
  'Make it free': (source: string): string =>
    source.replace(
      'return prices[item] - (discounts[code] ?? 0);',
      'return Math.max(0, prices[item] - (discounts[code] ?? 0));',
    ),
  'Refuse the code': (source: string): string =>
    source.replace(
      'return prices[item] - (discounts[code] ?? 0);',
      'const discount = discounts[code] ?? 0;\n  return discount > prices[item] ? prices[item] : prices[item] - discount;',
    ),
} as const;
export type Fix = keyof typeof fixes;
