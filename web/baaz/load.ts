// Reading from BAAZ for a page: what stands on the screen stays there until the next answer has come.

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asFault, get } from './api';
import type { Fault } from './model';

export interface Loaded<T> { data: T | null; wrong: Fault | null; busy: boolean; again: () => void }

// useLoad reads an address again whenever it becomes another, or beat moves on. An empty address reads nothing.
export function useLoad<T>(path: string, beat?: ReadonlySignal<number>): Loaded<T> {
  const data = useSignal<T | null>(null);
  const wrong = useSignal<Fault | null>(null);
  const busy = useSignal(false);
  const turn = useSignal(0);
  const of = useRef('');
  useEffect(() => {
    if (!path) return;
    const mine = new AbortController();
    busy.value = true;
    get<T>(path, mine.signal).then((v) => {
      if (mine.signal.aborted) return;
      of.current = path;
      data.value = v;
      wrong.value = null;
    }, (e) => {
      const f = asFault(e);
      const told = f.code === 'network' && of.current === path; // the shell says so, and what is there may stay
      if (!mine.signal.aborted && !told) wrong.value = f;
    }).finally(() => {
      if (!mine.signal.aborted) busy.value = false;
    });
    return () => mine.abort();
  }, [path, beat?.value, turn.value]);
  return { data: data.value, wrong: wrong.value, busy: busy.value, again: () => void turn.value++ };
}
