/** What every model of the console is: one immutable state and a way to hear of the next. No framework inside. */
export interface Store<State> {
  readonly state: State;
  subscribe(listener: () => void): () => void;
}

/** Base of the models: `set` replaces the state and tells the listeners. */
export class Model<State> implements Store<State> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  protected set(state: State): void {
    if (Object.is(state, this.#state)) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
