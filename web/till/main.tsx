// The till's screen: draw, listen, connect.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { shopZone } from '../kit/format';
import { language, shopLanguage } from '../kit/texts';
import { connect } from './api';
import { watch } from './idle';
import { listen } from './keys';
import { follow, page } from './route';
import { state, ui } from './store';
import { Shell, key } from './views/shell';

// The shop's zone and language come with the till's section.
effect(() => {
  const till = state.till.value;
  if (!till) return;
  shopZone(till.zone);
  if (shopLanguage(till.lang)) connect();
});

effect(() => {
  document.documentElement.lang = language();
});

// The clock is repainted when its minute changes, not more often.
setInterval(() => {
  const now = new Date();
  if (now.getMinutes() !== ui.clock.peek().getMinutes()) ui.clock.value = now;
  if (page() !== 'display') watch(); // nobody touches the buyer's side
}, 1000);

listen(key);
addEventListener('hashchange', follow);
follow();
render(<Shell />, document.getElementById('till')!);
connect();
