/** A link that output may offer: http and https only, as the browser itself reads it. Anything else is no link. */
export function findSafeLink(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
