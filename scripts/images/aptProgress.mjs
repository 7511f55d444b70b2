/** Reads apt's and dpkg's own lines and says how far an installation is. */

/**
 * @param {{ expectedPackages: number, expectedBytes: number }} recipe
 * @returns {{ line(text: string): boolean, readonly fraction: number, readonly bytes: number, readonly totalBytes: number, readonly step: string }}
 */
export function aptProgress({ expectedPackages, expectedBytes }) {
  const seen = { fetched: 0, unpacked: 0, configured: 0 };
  const expected = { packages: expectedPackages, bytes: expectedBytes };
  const toInstall = { packages: 0, bytes: 0 };
  let bytes = 0;
  let best = 0;
  let step = 'reading package lists';
  return {
    /** @returns whether the line moved anything. */
    line(text) {
      const counted = /^\d+ upgraded, (\d+) newly installed/.exec(text);
      const size = /^Get:\d+ \S+ \S+ \S+ (\S+) .*\[([\d.,]+) (k|M|G)?B\]$/.exec(text);
      const need = /^Need to get (?:[\d.,]+ (?:k|M|G)?B\/)?([\d.,]+) (k|M|G)?B of archives/.exec(text);
      if (counted) {
        toInstall.packages += Number(counted[1]);
        expected.packages = Math.max(expected.packages, toInstall.packages);
      } else if (need) {
        toInstall.bytes += toBytes(need[1], need[2]);
        expected.bytes = Math.max(expected.bytes, toInstall.bytes);
      } else if (size) {
        bytes += toBytes(size[2], size[3]);
        seen.fetched += 1;
        step = `downloading ${size[1]}`;
      } else if (/^Unpacking (\S+)/.test(text)) {
        seen.unpacked += 1;
        step = `unpacking ${/^Unpacking ([^\s:]+)/.exec(text)?.[1]}`;
      } else if (/^Setting up (\S+)/.test(text)) {
        seen.configured += 1;
        step = `setting up ${/^Setting up ([^\s:]+)/.exec(text)?.[1]}`;
      } else return false;
      const part = (count) => Math.min(1, count / expected.packages);
      // Packages that came from the cache were fetched too.
      const fetched = Math.max(part(seen.fetched), part(seen.unpacked));
      best = Math.max(best, 0.35 * fetched + 0.35 * part(seen.unpacked) + 0.3 * part(seen.configured));
      return true;
    },
    get fraction() {
      return best;
    },
    get bytes() {
      return bytes;
    },
    get totalBytes() {
      return Math.max(expected.bytes, bytes);
    },
    get step() {
      return step;
    },
  };
}

function toBytes(number, unit) {
  const factor = { k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1;
  return Number(number.replaceAll(',', '')) * factor;
}
