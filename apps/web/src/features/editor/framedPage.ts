/** Before all else in the page: later policies can only forbid more. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

/** The text of a page for a frame with `sandbox=""`: what it names elsewhere is not asked for, so that looking tells nobody anything. */
export const framedPage = (html: string): string =>
  `<!doctype html><meta http-equiv="content-security-policy" content="${policy}"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light">${html}`;

export const isPage = (path: string): boolean => /\.(html?|xhtml)$/i.test(path);
