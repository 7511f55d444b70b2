import { expect, it } from 'vitest';
import { type AxNode, tellPage } from './snapshot.ts';

const node = (nodeId: string, role: string, name: string, more: Partial<AxNode> = {}): AxNode => ({
  nodeId,
  role: { value: role },
  name: { value: name },
  backendDOMNodeId: Number(nodeId) * 10,
  ...more,
});

it('tells what is there in lines, with refs for what can be acted on', () => {
  const { text, refs } = tellPage([
    node('1', 'RootWebArea', 'Shop', { childIds: ['2', '3', '7'] }),
    node('2', 'heading', 'Checkout', {
      parentId: '1',
      childIds: ['4'],
      properties: [{ name: 'level', value: { value: 1 } }],
    }),
    node('4', 'StaticText', 'Checkout', { parentId: '2' }),
    node('3', 'generic', '', { parentId: '1', childIds: ['5', '6'] }),
    node('5', 'button', 'Pay\n  now', { parentId: '3', properties: [{ name: 'disabled', value: { value: true } }] }),
    node('6', 'textbox', 'Code', { parentId: '3', value: { value: 'SPRING' }, childIds: ['8'] }),
    node('8', 'StaticText', 'SPRING', { parentId: '6' }),
    node('7', 'StaticText', 'Thanks', { parentId: '1' }),
  ]);
  expect(text).toBe(
    [
      '- heading "Checkout" (level=1)',
      '- button "Pay now" (disabled) [ref=e1]',
      '- textbox "Code" value="SPRING" [ref=e2]',
      '- text "Thanks"',
    ].join('\n'),
  );
  expect([...refs]).toEqual([
    ['e1', 50],
    ['e2', 60],
  ]);
});

it('is not led round in circles, nor as deep or as long as a hostile page would have it', () => {
  const ring = tellPage([
    node('1', 'group', 'a', { childIds: ['2'] }),
    node('2', 'group', 'b', { parentId: '1', childIds: ['1'] }),
  ]);
  expect(ring.text.split('\n')).toHaveLength(2);
  const children = Array.from({ length: 5_000 }, (_, n) =>
    node(String(n + 2), 'button', 'x'.repeat(5_000), { parentId: '1' }),
  );
  const long = tellPage([
    node('1', 'RootWebArea', '', { childIds: children.map(({ nodeId }) => nodeId) }),
    ...children,
  ]);
  expect(long.text.length).toBeLessThan(500_000);
  expect(long.text).toContain('The page goes on');
  const deep = tellPage(
    Array.from({ length: 3_000 }, (_, n) =>
      node(String(n + 1), 'group', `g${n}`, { childIds: [String(n + 2)], ...(n === 0 ? {} : { parentId: String(n) }) }),
    ),
  );
  expect(deep.text.split('\n').length).toBeLessThanOrEqual(201);
  expect(tellPage([]).text).toContain('empty');
});
