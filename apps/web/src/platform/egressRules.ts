import { EgressRule } from '@sandglass/protocol';

/** `host`, `*.host` or `host:port`, one a line or parted by commas. @throws Error that names the first bad one */
export function parseHosts(text: string): EgressRule[] {
  const words = text.split(/[\s,]+/).filter(Boolean);
  return words.map((word) => {
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(word.replace(/^https?:\/\//, '').replace(/\/$/, '')) ?? [];
    const rule = EgressRule.safeParse({ host, ...(port === undefined ? {} : { port: Number(port) }) });
    if (!rule.success) throw new Error(`“${word}” is not a host, *.host or host:port`);
    return rule.data;
  });
}
