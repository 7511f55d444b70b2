/** Between ⌘K and the moment its field has the focus, a fast typist has typed on: those letters are meant for the field. */

/** Longer than any page takes; then the keys are the page's again. */
const GIVE_UP_AFTER_MS = 2_000;

/** @param findField the field, once it is there. Enter and all else that could do something is dropped meanwhile. */
export function holdTyping(findField: () => HTMLInputElement | null): void {
  let typed = '';
  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.target === findField()) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1) typed += event.key;
    else if (event.key === 'Backspace') typed = typed.slice(0, -1);
  };
  const startedAtMs = performance.now();
  const look = () => {
    const field = findField();
    if (field === null || field !== document.activeElement) {
      if (performance.now() - startedAtMs < GIVE_UP_AFTER_MS) requestAnimationFrame(look);
      else stop();
      return;
    }
    stop();
    // As a person's own typing: the field's owner hears of it.
    if (typed !== '') document.execCommand('insertText', false, typed);
  };
  const stop = () => window.removeEventListener('keydown', handleKey, true);
  window.addEventListener('keydown', handleKey, true);
  requestAnimationFrame(look);
}
