/** A page as its accessibility tree tells it: one line an element, with a ref for what can be acted on. Pure. */

export interface AxValue {
  readonly value?: unknown;
}
export interface AxNode {
  readonly nodeId: string;
  readonly parentId?: string;
  readonly ignored?: boolean;
  readonly role?: AxValue;
  readonly name?: AxValue;
  readonly value?: AxValue;
  readonly properties?: readonly { readonly name: string; readonly value: AxValue }[];
  readonly childIds?: readonly string[];
  readonly backendDOMNodeId?: number;
}

const MAX_LINES = 1_500;
const MAX_NAME = 200;
/** They say nothing themselves; what is in them does. */
const transparent = new Set([
  'none',
  'generic',
  'presentation',
  'InlineTextBox',
  'LineBreak',
  'ListMarker',
  'RootWebArea',
  'WebArea',
  'Section',
  'paragraph',
  'LayoutTable',
  'LayoutTableRow',
  'LayoutTableCell',
  'LabelText',
]);
const acted = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'checkbox',
  'radio',
  'combobox',
  'listbox',
  'option',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'tab',
  'switch',
  'slider',
  'spinbutton',
  'treeitem',
  'ComboBoxSelect',
  'MenuListPopup',
  'DisclosureTriangle',
  'Date',
  'DateTime',
  'InputTime',
  'ColorWell',
]);
const told = ['checked', 'selected', 'expanded', 'disabled', 'pressed', 'required', 'level', 'focused', 'invalid'];

export interface PageText {
  readonly text: string;
  /** Ref → the element in the page. */
  readonly refs: ReadonlyMap<string, number>;
}

export function tellPage(nodes: readonly AxNode[], firstRef = 1): PageText {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const refs = new Map<string, number>();
  const lines: string[] = [];
  let next = firstRef;
  const seen = new Set<string>();

  const visit = (node: AxNode, depth: number, around: string): void => {
    if (seen.has(node.nodeId) || depth > 200) return;
    seen.add(node.nodeId);
    const role = words(node.role);
    const name = words(node.name);
    const isText = role === 'StaticText';
    const hides = node.ignored === true || transparent.has(role) || (isText && (name === '' || name === around));
    let inner = depth;
    if (!hides && lines.length < MAX_LINES) {
      const canAct = acted.has(role) || property(node, 'focusable') === true;
      let ref = '';
      if (canAct && node.backendDOMNodeId !== undefined) {
        ref = `e${next++}`;
        refs.set(ref, node.backendDOMNodeId);
      }
      lines.push(`${'  '.repeat(Math.min(depth, 20))}- ${lineOf(node, isText ? 'text' : role, name, ref)}`);
      inner = depth + 1;
    }
    if (isText) return;
    for (const id of node.childIds ?? []) {
      const child = byId.get(id);
      if (child) visit(child, inner, hides ? around : words(node.value) || name);
    }
  };
  for (const node of nodes) if (node.parentId === undefined || !byId.has(node.parentId)) visit(node, 0, '');
  if (lines.length >= MAX_LINES) lines.push(`[The page goes on; the first ${MAX_LINES} elements are shown.]`);
  return { text: lines.length === 0 ? '[The page is empty.]' : lines.join('\n'), refs };
}

function lineOf(node: AxNode, role: string, name: string, ref: string): string {
  const states = told.flatMap((key) => {
    const value = property(node, key);
    if (value === undefined || value === false || value === 'false' || value === '') return [];
    return [value === true || value === 'true' ? key : `${key}=${String(value).slice(0, 40)}`];
  });
  const value = words(node.value);
  return [
    role,
    ...(name === '' ? [] : [JSON.stringify(name)]),
    ...(value === '' || value === name ? [] : [`value=${JSON.stringify(value)}`]),
    ...(states.length === 0 ? [] : [`(${states.join(', ')})`]),
    ...(ref === '' ? [] : [`[ref=${ref}]`]),
  ].join(' ');
}

const property = (node: AxNode, name: string): unknown =>
  node.properties?.find((each) => each.name === name)?.value.value;

const words = (value: AxValue | undefined): string =>
  String(value?.value ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_NAME);
