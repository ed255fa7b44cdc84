// A search as one types: the newest question counts, and Enter waits for its answer.

import { batch, signal } from '@preact/signals';
import { keep } from './same';

// FIRST rows are shown with the answer: as many as a till's screen has room for, and one more. The others follow when no
// key has come for a moment, because each row costs a key of whoever types fast.
const FIRST = 10;
const CALM = 300; // ms

// Search keeps what was asked, what was found, and which of it is chosen. ask returns null where nothing could be asked.
export class Search<T> {
  readonly text = signal('');
  readonly found = signal<T[] | null>(null); // null: nothing has been answered yet
  readonly at = signal(0);
  private readonly all = signal(true); // whether the rows after the first are shown, too
  private rest = 0; // waits to show them
  private asking: AbortController | null = null;
  private asked: string | null = null; // ahead, and not typed yet
  private pending: Promise<void> = Promise.resolve();

  constructor(private readonly ask: (text: string, signal: AbortSignal) => Promise<T[] | null>) {}

  // find asks for what is typed now, unless ahead has; whatever was asked before no longer matters.
  readonly find = (text: string) => {
    if (text !== this.asked) this.ahead(text);
    this.asked = null;
    this.text.value = text;
  };

  // ahead asks for what will be typed in a moment; ready comes just before its answer is shown.
  readonly ahead = (text: string, ready?: () => void) => {
    this.asking?.abort();
    clearTimeout(this.rest);
    const mine = new AbortController();
    this.asking = mine;
    this.asked = text;
    this.pending = this.ask(text.trim(), mine.signal).then((list) => {
      if (mine.signal.aborted) return;
      batch(() => {
        ready?.();
        const before = this.found.peek();
        this.found.value = keep(before, list) as T[] | null; // what a key leaves as it is is not drawn again
        if (this.found.peek() !== before) this.all.value = false;
        this.at.value = 0;
      });
      this.rest = setTimeout(() => (this.all.value = true), CALM);
    });
  };

  // shown is what stands on the screen of what was found.
  shown(): T[] {
    const list = this.found.value ?? [];
    return this.all.value || this.at.value >= FIRST - 1 ? list : list.slice(0, FIRST);
  }

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
    this.asked = null;
    clearTimeout(this.rest);
    batch(() => {
      this.text.value = '';
      this.found.value = null;
      this.at.value = 0;
    });
  }
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 7, PageUp: -7 };
