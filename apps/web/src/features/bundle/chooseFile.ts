/** What the page can open; the rest is told from its content. */
const ACCEPT = '.sandglass,application/vnd.sandglass.bundle+zip';

/** Asks the person for a file; nothing happens when they think better of it. */
export function chooseFile(onFile: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = ACCEPT;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) onFile(file);
  });
  input.click();
}
