// The worker that carries commands to posd: see courier.ts.

import { READY, type Errand, type Return } from './courier';
import { exchange } from './exchange';

onmessage = async ({ data: { n, path, init } }: MessageEvent<Errand>) => {
  postMessage({ n, reply: await exchange(path, init) } satisfies Return);
};
postMessage(READY);
