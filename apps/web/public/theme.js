// Before the first paint, so that a light page never flashes dark. The same rule as src/platform/theme.ts.
(() => {
  let choice = 'system';
  try {
    choice = JSON.parse(localStorage.getItem('sandglass.preferences')).appearance.theme;
  } catch {
    // Nothing chosen, or storage is forbidden: the system's choice stands.
  }
  const system = matchMedia('(prefers-contrast: more)').matches
    ? 'contrast'
    : matchMedia('(prefers-color-scheme: light)').matches
      ? 'light'
      : 'dark';
  document.documentElement.dataset.theme = ['dark', 'light', 'contrast'].includes(choice) ? choice : system;
})();
