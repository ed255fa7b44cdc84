// A search as one types: the newest question counts, and Enter waits for its answer.

import { batch, signal } from '@preact/signals';

// Search keeps what was asked, what was found, and which of it is chosen. ask returns null where nothing could be asked.
export class Search<T> {
  readonly text = signal('');
  readonly found = signal<T[] | null>(null); // null: nothing has been answered yet
  readonly at = signal(0);
  private asking: AbortController | null = null;
  private pending: Promise<void> = Promise.resolve();

  constructor(private readonly ask: (text: string, signal: AbortSignal) => Promise<T[] | null>) {}

  // find asks for what is typed now; whatever was asked before no longer matters.
  readonly find = (text: string) => {
    this.text.value = text;
    this.asking?.abort();
    const mine = new AbortController();
    this.asking = mine;
    this.pending = this.ask(text.trim(), mine.signal).then((list) => {
      if (mine.signal.aborted) return;
      batch(() => {
        this.found.value = list;
        this.at.value = 0;
      });
    });
  };

  // chosen is the one that the cursor is on, once the newest question has been answered.
  async chosen(): Promise<T | null> {
    await this.pending;
    return this.found.value?.[this.at.value] ?? null;
  }

  // step moves the cursor; true where the key does that.
  step(key: string) {
    const by = STEPS[key];
    if (by) this.at.value = Math.max(0, Math.min((this.found.value?.length ?? 0) - 1, this.at.value + by));
    return Boolean(by);
  }

  reset() {
    this.asking?.abort();
    batch(() => {
      this.text.value = '';
      this.found.value = null;
      this.at.value = 0;
    });
  }
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 7, PageUp: -7 };
