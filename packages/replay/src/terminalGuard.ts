import { type SettledTerminal, settleTerminal } from './terminalSettle.ts';

/** Sequences whose number an emulator counts down one by one: scroll, insert and delete lines, tabs, repeat a character. */
const COUNTED = ['S', 'T', 'L', 'M', 'I', 'Z', 'b'];
/** No terminal of ours is larger, so no honest program asks for more; two thousand million of them would take hours. */
const MOST_REPEATS = 1_000;

/** Output of a sandbox must not stop who draws it: sequences that ask for absurdly many repeats are left out. */
export function guardTerminal(terminal: SettledTerminal): void {
  settleTerminal(terminal);
  // Returning true says that it has been dealt with.
  for (const final of COUNTED)
    terminal.parser.registerCsiHandler({ final }, ([count]) => typeof count === 'number' && count > MOST_REPEATS);
}
