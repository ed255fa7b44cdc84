// Hearing at once of what has changed: beat moves on whenever something of the company has, and whoever reads by useLoad
// with it reads again. Without the stream it moves on by the clock.

import { effect, signal } from '@preact/signals';
import { company, own } from './session';

const SLOWLY = 30_000; // ms between beats where the stream does not reach us
const GAP = 400; // ms between two beats at least: a busy shop must not keep the page asking

export const beat = signal(0);

// hearing: the stream is open.
export const hearing = signal(false);

let waiting = 0;
let last = 0;

function move() {
  if (waiting || document.hidden) return;
  waiting = setTimeout(() => {
    waiting = 0;
    last = Date.now();
    beat.value++;
  }, Math.max(0, GAP - (Date.now() - last)));
}

let stream: EventSource | null = null;

// listen keeps a stream open to the company that is looked at.
export function listen() {
  effect(() => {
    const at = company.value;
    stream?.close();
    stream = null;
    hearing.value = false;
    if (at) open();
  });
  setInterval(() => {
    if (!hearing.peek()) move();
    if (stream?.readyState === EventSource.CLOSED) open(); // it was refused once: a session may be good again
  }, SLOWLY);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) move();
  });
}

function open() {
  stream?.close();
  const mine = new EventSource(own('/events'));
  stream = mine;
  mine.onopen = () => void (hearing.value = true);
  mine.onerror = () => {
    hearing.value = false;
    setTimeout(move, 1000); // whoever reads finds out whether it is the connection
  };
  mine.addEventListener('change', move);
}
