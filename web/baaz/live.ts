// Hearing at once of what has changed: beat moves on whenever something of the company has, and whoever reads by useLoad
// with it reads again. Without the stream it moves on by the clock.

import { computed, effect, signal } from '@preact/signals';
import { away } from './api';
import { company, own } from './session';

const SLOWLY = 30_000; // ms between beats where the stream does not reach us
const GAP = 400; // ms between two beats at least: a busy shop must not keep the page asking

export const beat = signal(0);

const QUIET = 50_000; // ms without the server's beat, every 20 s, after which a stream is taken for cut: a network that has gone says nothing

const on = signal(false); // the stream is open, as far as is known

// hearing: what has changed comes at once. A request that did not reach BAAZ disproves it before the stream does.
export const hearing = computed(() => on.value && !away.value);

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
let heard = 0; // when the stream said something

function close() {
  stream?.close();
  stream = null;
  on.value = false;
}

// listen keeps a stream open to the company that is looked at.
export function listen() {
  effect(() => {
    const at = company.value;
    close();
    if (at) open();
  });
  setInterval(() => {
    if (on.peek() && Date.now() - heard > QUIET) close();
    if (!hearing.peek()) move();
    // It was refused once, or cut: a session may be good again, and the network there.
    if (company.peek() && (!stream || stream.readyState === EventSource.CLOSED)) open();
  }, SLOWLY);
  addEventListener('offline', () => {
    close();
    move(); // whoever reads says so
  });
  addEventListener('online', () => {
    if (company.peek()) open();
    move();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) move();
  });
}

function open() {
  stream?.close();
  const mine = new EventSource(own('/events'));
  stream = mine;
  const alive = () => void (heard = Date.now());
  mine.onopen = () => {
    alive();
    on.value = true;
  };
  mine.onerror = () => {
    on.value = false;
    setTimeout(move, 1000); // whoever reads finds out whether it is the connection
  };
  mine.addEventListener('beat', alive);
  mine.addEventListener('change', () => {
    alive();
    move();
  });
}
