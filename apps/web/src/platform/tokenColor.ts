/** A colour of tokens.css as `#rrggbb`, for what draws by itself (editor, terminal). Builds shorten `#ffffff` to `#fff`. */
export function tokenColor(name: string): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  return short === null ? value : `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`;
}
