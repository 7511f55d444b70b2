/** Between ⌘K and the moment its field has the focus, a fast typist has typed on: those letters are meant for the field. */

export interface Field {
  /** The field has the focus: from here on it hears for itself. */
  isFocused(): boolean;
  /** False as soon as the person has changed their mind. */
  isWanted(): boolean;
}

/** Holds what is typed until the field is ready. Enter and all else that could do something is dropped meanwhile. */
export function holdTyping(field: Field): void {
  let typed = '';
  const give = () => {
    window.removeEventListener('keydown', handleKey, true);
    // As a person's own typing: the field's owner hears of it.
    if (typed !== '' && field.isFocused()) document.execCommand('insertText', false, typed);
    typed = '';
  };
  const handleKey = (event: KeyboardEvent) => {
    // The field hears this one for itself, after what was typed before it: a frame may be late.
    if (field.isFocused()) return give();
    if (event.key === 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1) typed += event.key;
    else if (event.key === 'Backspace') typed = typed.slice(0, -1);
  };
  const look = () => {
    if (field.isWanted() && !field.isFocused()) requestAnimationFrame(look);
    else give();
  };
  window.addEventListener('keydown', handleKey, true);
  requestAnimationFrame(look);
}
