/**
 * A shell that keeps its place: each command is a call of its own (so that it can be held, edited, ended and read apart), and the next one
 * starts in the directory, with the variables, functions, aliases and options that it left behind. What it left running runs on.
 */
import type { Exec, SandboxId } from '@sandglass/protocol';
import type { Caller, Services } from '../../services.ts';
import type { Asking } from './asking.ts';

export interface ShellOptions {
  readonly services: Pick<Services, 'execs'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  /** Letters and digits; names its state in the sandbox. */
  readonly name: string;
}

/** What bash sets by itself; to set it again would be an error or a lie. */
const OWN =
  'BASH*|DIRSTACK|EUID|FUNCNAME|GROUPS|PPID|UID|SHELLOPTS|RANDOM|SRANDOM|SECONDS|EPOCH*|LINENO|PIPESTATUS|_|COMP_*|HIST*|OPTIND|OPTARG|SHLVL|IFS|PWD|__sandglass*';

/** $1: where the state is, $2: the command. The state is written beside and moved, so that a killed shell leaves the last whole one. */
const PROGRAM = `
__sandglass_state=$1
__sandglass_save() {
  {
    local __sandglass_name
    for __sandglass_name in $(compgen -v); do
      case $__sandglass_name in ${OWN}) ;; *) declare -p "$__sandglass_name" ;; esac
    done
    declare -f
    alias -p
    shopt -p
    set +o | grep -v -e errexit -e noexec -e onecmd
    printf 'cd -- %q 2>/dev/null\\n' "$PWD"
  } >"$__sandglass_state.new" 2>/dev/null && mv -f -- "$__sandglass_state.new" "$__sandglass_state"
}
if [ -r "$__sandglass_state" ]; then . "$__sandglass_state" 2>/dev/null; fi
shopt -s expand_aliases
trap __sandglass_save EXIT
set -- "$2"
eval "$1"
`;

export class Shell {
  readonly #options: ShellOptions;
  #generation = 0;

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  /** Runs on when `signal` fires: it is the waiting that ends. */
  async run(command: string, options: Asking & { timeoutMs?: number; maxOutputBytes?: number } = {}): Promise<Exec> {
    const { services, caller, sandbox } = this.#options;
    const { signal, told, timeoutMs, maxOutputBytes } = options;
    return await services.execs.start(
      caller,
      sandbox,
      {
        command,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
      },
      signal,
      { around: (words) => this.#around(words), ...told },
    );
  }

  /** The next command starts as the first one did. */
  restart(): void {
    this.#generation++;
  }

  /** Of what was let through, since a person may have edited it: `bash -lc COMMAND`, or words. */
  #around(words: readonly string[]): readonly string[] {
    const state = `/tmp/.sandglass-shell-${this.#options.name}-${this.#generation}`;
    const [shell, flag, script] = words;
    const isScript = words.length === 3 && shell === 'bash' && flag === '-lc';
    const command = isScript ? (script ?? '') : words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    return ['bash', '-lc', PROGRAM, 'bash', state, command];
  }
}
