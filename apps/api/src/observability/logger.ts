import pino, { type DestinationStream, type Logger } from 'pino';

/** JSON lines. Whatever could open a door is cut out before it is written. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'token',
        'secret',
        'cookie',
        'authorization',
        '*.token',
        '*.secret',
        '*.cookie',
        '*.authorization',
        '*.headers.authorization',
        '*.headers.cookie',
        '*.headers["set-cookie"]',
        '*.headers["x-sandglass-csrf"]',
      ],
      censor: '[removed]',
    },
  };
  // Standard output is for the one line of `--json`; logs go to standard error.
  return pino(settings, options.destination ?? pino.destination({ dest: 2, sync: true }));
}
