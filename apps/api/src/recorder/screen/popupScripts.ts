/** What runs in a page to learn what a press would open, and to do what was chosen. What comes back is the page's word: data. */
import { PagePopup } from '@sandglass/protocol';
import { z } from 'zod';

/** An object that holds the element and tells of it, or null. A frame that it may not look into is told of as where its inside begins. */
export const popupAt = (x: number, y: number): string => `(() => {
  let element = document.elementFromPoint(${x}, ${y});
  let left = 0, top = 0;
  for (let depth = 0; element && depth < 20; depth++) {
    const inner = element.shadowRoot && element.shadowRoot.elementFromPoint(${x} - left, ${y} - top);
    if (inner && inner !== element) { element = inner; continue; }
    if (element.tagName !== 'IFRAME') break;
    let frame = null;
    try { frame = element.contentDocument; } catch {}
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    left += box.left + element.clientLeft + parseFloat(style.paddingLeft);
    top += box.top + element.clientTop + parseFloat(style.paddingTop);
    if (!frame) return { element, told: { popup: null, left, top } };
    element = frame.elementFromPoint(${x} - left, ${y} - top);
  }
  element = element && (element.closest('select, input') || (element.closest('label') || {}).control);
  if (!element || element.disabled || element.readOnly) return null;
  const kinds = ['date', 'time', 'datetime-local', 'month', 'week', 'color'];
  const isList = element.tagName === 'SELECT' && !element.multiple && element.size <= 1;
  if (!isList && !(element.tagName === 'INPUT' && kinds.includes(element.type))) return null;
  const box = element.getBoundingClientRect();
  const text = (given, most) => String(given).slice(0, most);
  return {
    element,
    told: { left: 0, top: 0, popup: {
      kind: isList ? 'select' : element.type,
      x: box.left + left, y: box.top + top, width: box.width, height: box.height, multiple: false,
      value: text(element.value, 1000),
      options: isList ? [...element.options].slice(0, 500).map((one) => ({
        label: text(one.label || one.text, 299), value: text(one.value, 1000),
        disabled: one.disabled || (one.parentElement.tagName === 'OPTGROUP' && one.parentElement.disabled),
      })) : [],
    } },
  };
})()`;

export const CHOOSE = `function ([value]) {
  const { element } = this;
  element.focus();
  const prototype = element.tagName === 'SELECT' ? HTMLSelectElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(prototype.prototype, 'value').set.call(element, value);
  for (const name of ['input', 'change']) element.dispatchEvent(new Event(name, { bubbles: true }));
}`;

const Placed = z.object({ popup: PagePopup.nullable(), left: z.number(), top: z.number() });

export const readPlaced = (value: unknown): z.infer<typeof Placed> | undefined => Placed.safeParse(value).data;
