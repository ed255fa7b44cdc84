// BAAZ's web app: find out who is there, draw, follow the address.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { language } from '../kit/texts';
import { shopZone } from '../kit/format';
import { listen } from './live';
import { follow } from './route';
import { followZone, zone } from './session';
import { Shell } from './shell';

effect(() => {
  document.documentElement.lang = language();
});
followZone();
effect(() => shopZone(zone.value));

addEventListener('hashchange', follow);
listen();
follow();
render(<Shell />, document.getElementById('app')!);
navigator.serviceWorker?.register('sw.js').catch(() => {}); // without it the app needs a connection, that is all
