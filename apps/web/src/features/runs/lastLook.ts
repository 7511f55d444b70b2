import { RunsLook } from './look.ts';

const KEY = 'sandglass.runs.look';

/** How the list was looked at last in this tab, to come back to it. */
export function lastRunsLook(): RunsLook {
  try {
    const parsed = RunsLook.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? '{}'));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

export function keepRunsLook(look: RunsLook): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // The list is then shown as usual.
  }
}
