// Scans and changes of the basket, one after the other in the order in which they came. None is lost: one that comes
// while another is under way waits.

import { ui } from './store';

// A job returns false or null when it was refused.
type Work = () => Promise<unknown>;

const jobs: { work: Work; final: boolean }[] = [];
let running = false;

// enqueue adds a job. Of what waits when a job is refused, that marked `final` (a payment) is dropped, because the
// cashier has not seen the refusal yet.
export function enqueue(work: Work, final = false) {
  jobs.push({ work, final });
  tell();
  if (!running) run();
}

async function run() {
  running = true;
  while (jobs.length) {
    const refused = await attempt(jobs[0].work);
    jobs.shift();
    for (let i = jobs.length - 1; refused && i >= 0; i--) if (jobs[i].final) jobs.splice(i, 1);
    tell();
  }
  running = false;
}

async function attempt(work: Work) {
  try {
    const answer = await work();
    return answer === false || answer === null;
  } catch (e) {
    console.error(e); // a fault of this page: the queue goes on all the same
    return true;
  }
}

const tell = () => void (ui.waiting.value = jobs.length);

// paying reports whether a payment stands in the queue.
export const paying = () => jobs.some((j) => j.final);
