/** The questions to one engine that have no answer yet, in the order in which they were asked. */
type Question = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly sinceMs: number;
};

export class PendingQuestions {
  readonly #pending = new Map<number, Question>();
  #lastId = 0;

  /** @returns the id of the question. */
  add(question: Question): number {
    const id = ++this.#lastId;
    this.#pending.set(id, question);
    return id;
  }

  answer(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  fail(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** Fails all questions, or those that were asked until `untilMs`. */
  failAll(createError: () => Error, untilMs = Number.POSITIVE_INFINITY): void {
    for (const [id, { sinceMs }] of this.#pending) {
      if (sinceMs > untilMs) break;
      this.fail(id, createError());
    }
  }

  #take(id: number): Question | undefined {
    const question = this.#pending.get(id);
    this.#pending.delete(id);
    return question;
  }
}
