import { describe, expect, it } from 'vitest';
import { withoutExplanations } from '../withoutWords.ts';

describe('explanations of the contract', () => {
  it('go, with all that stands in them', () => {
    const code = `const a = z.string().describe('one (two) \\') three').optional();\nb.describe(\`\${x}\`).meta({ id: 'B' });`;
    expect(withoutExplanations(code)).toBe('const a = z.string().optional();\nb;');
  });

  it('stay where they are only spoken of', () => {
    const code = "// it's .describe(\nconst a = '.meta(';\n/* .describe( */ b";
    expect(withoutExplanations(code)).toBe(code);
  });
});
