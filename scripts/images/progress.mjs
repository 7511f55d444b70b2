/** One line that moves on a terminal; a plain line now and then elsewhere. */

const plainEveryPercent = 10;

/** @param {NodeJS.WriteStream} stream */
export function progressPrinter(stream) {
  let lastPlain = '';
  let moving = false;
  return {
    /** @param {import('./ensure.mjs').Progress} progress */
    show({ image, percent, bytes, totalBytes, step }) {
      const size = totalBytes > 0 ? ` · ${megabytes(bytes)} of ${megabytes(totalBytes)} MB` : '';
      if (stream.isTTY) {
        const filled = Math.round(percent / 5);
        const bar = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)}`;
        const line = `  ${image.padEnd(8)}${bar} ${String(Math.floor(percent)).padStart(3)} %${size} · ${step}`;
        stream.write(
          `\r\x1b[2K${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}${percent >= 100 ? '\n' : ''}`,
        );
        moving = percent < 100;
        return;
      }
      const key = `${image} ${Math.floor(percent / plainEveryPercent)}`;
      if (key === lastPlain) return;
      lastPlain = key;
      stream.write(`  ${image}: ${Math.floor(percent)} %${size} · ${step}\n`);
    },
    end() {
      if (moving) stream.write('\n');
      moving = false;
    },
  };
}

function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}
