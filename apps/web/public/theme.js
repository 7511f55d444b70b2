// Before the first paint, so that a light page never flashes dark. The same rule as src/platform/theme.ts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('sandglass.theme');
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }
  const light = choice === 'light' || (choice !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
})();
