// What the page knows, in one place; views are told when it changes.

/** A value with followers. They are told together, once for all changes of a moment. */
export class Store {
  #value;
  #followers = new Set();
  #isDue = false;

  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set(value) {
    this.#value = value;
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      for (const follower of [...this.#followers]) follower(this.#value);
    });
  }

  change(edit) {
    this.set({ ...this.#value, ...edit });
  }

  /** Calls now and at every change; the result ends it. */
  follow(follower) {
    this.#followers.add(follower);
    follower(this.#value);
    return () => this.#followers.delete(follower);
  }
}
