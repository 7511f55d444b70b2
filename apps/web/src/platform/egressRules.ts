import { type EgressPolicy, EgressRule } from '@sandglass/protocol';

/** `host`, `*.host`, an address or a range, each with `:port` or none, one a line or parted by commas. @throws Error that names the first bad one */
export function parseHosts(text: string): EgressRule[] {
  const words = text.split(/[\s,]+/).filter(Boolean);
  return words.map((word) => {
    const { host, port } = partsOf(word.replace(/^https?:\/\//, '').replace(/\/$/, ''));
    const rule = EgressRule.safeParse({ host, ...(port === undefined ? {} : { port: Number(port) }) });
    if (!rule.success) throw new Error(`“${word}” is not a host, *.host, address, range or host:port`);
    return rule.data;
  });
}

/** The colons of an address of IPv6 are its own; with a port it stands in brackets. */
function partsOf(word: string): { host: string; port: string | undefined } {
  const [, inner, after] = /^\[(.+)\](?::(\d+))?$/.exec(word) ?? [];
  if (inner !== undefined) return { host: inner, port: after };
  if (word.indexOf(':') !== word.lastIndexOf(':')) return { host: word, port: undefined };
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
  return { host, port };
}

export function nameOfRule({ host, port }: EgressRule): string {
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What may be reached, in words for a line. */
export function reachWords({ allow, deny = [] }: EgressPolicy): string {
  if (allow.length === 0) return 'nothing';
  const allowed = allow.map((rule) => (rule.host === '*' && rule.port === undefined ? 'everything' : nameOfRule(rule)));
  return allowed.join(', ') + (deny.length === 0 ? '' : `; not ${deny.map(nameOfRule).join(', ')}`);
}
