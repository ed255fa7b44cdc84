// The till's screen: draw, listen, connect.

import { connect } from './api.js';
import { patch } from './dom.js';
import { shopZone } from './format.js';
import { listen } from './keys.js';
import { follow, page, show } from './route.js';
import { onPaint, state, ui, changed } from './store.js';
import { language, shopLanguage } from './texts.js';
import { key, shell } from './views/shell.js';

const root = document.getElementById('till');

let settings = null; // the till's section that was last looked at
let shown = ''; // what the chosen line was last brought into view for

function paint() {
  if (state.till !== settings) {
    settings = state.till;
    shopZone(settings.zone);
    if (shopLanguage(settings.lang)) connect();
  }
  document.documentElement.lang = language();
  if (ui.ready) show(page());
  patch(root, shell());
  const line = ui.cursor + '/' + (state.basket?.id || '') + '/' + (state.basket?.lines.length || 0) + '/' + page() + ui.prompts.length + '/' + ui.notices.length + state.trouble.length;
  if (line !== shown) {
    shown = line;
    root.querySelector('.line.is-current')?.scrollIntoView({ block: 'nearest' });
    root.querySelector('.tab.is-on')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  root.querySelector('.found.is-current, .receipt.is-current, .menu-item.is-current')?.scrollIntoView({ block: 'nearest' });
}

// The clock is repainted when its minute changes, not more often.
function tick() {
  const now = new Date();
  if (now.getMinutes() !== ui.clock.getMinutes()) {
    ui.clock = now;
    changed();
  }
}

onPaint(paint);
listen(key);
addEventListener('hashchange', follow);
setInterval(tick, 1000);
follow();
paint();
connect();
