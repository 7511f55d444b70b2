/** Runs in the page. Answers what is left to do, or why it cannot be. */
export const FILL = `function (text) {
  const fire = (...names) => names.forEach((name) => this.dispatchEvent(new Event(name, { bubbles: true })));
  if (this.disabled || this.readOnly) return 'no one may: it is ' + (this.disabled ? 'disabled' : 'read-only');
  const plain = (words) => words.trim().toLowerCase();
  if (this instanceof HTMLSelectElement) {
    const option = [...this.options].find((each) => each.value === text || plain(each.label) === plain(text));
    if (!option) return 'no such option; there are: ' + [...this.options].map((each) => each.label).slice(0, 30).join(', ');
    option.selected = true;
    fire('input', 'change');
    return 'done';
  }
  if (this instanceof HTMLInputElement && (this.type === 'checkbox' || this.type === 'radio')) {
    const wanted = !['', 'false', 'no', 'off', '0'].includes(plain(text));
    if (this.checked !== wanted) this.click();
    return 'done';
  }
  if (this instanceof HTMLInputElement && ['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'].includes(this.type)) {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(this, text);
    if (this.value !== text) return 'no such value for a field of type ' + this.type;
    fire('input', 'change');
    return 'done';
  }
  if (this instanceof HTMLInputElement && this.type === 'file') return 'no text belongs in a file field; use its button on the screen';
  this.focus();
  if (this instanceof HTMLInputElement || this instanceof HTMLTextAreaElement) this.select();
  else if (this.isContentEditable) getSelection().selectAllChildren(this);
  else return 'no field: it takes no text';
  if (text === '') { document.execCommand('delete'); return 'done'; }
  return 'type';
}`;
