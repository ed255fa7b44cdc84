// Small drawings, one stroke, 24 by 24.

import { h } from './dom.js';

const PATHS = {
  printer: 'M7 8V3h10v5M6 17H3V9h18v8h-3M7 14h10v7H7z',
  check: 'M4 12.5l5 5L20 6.5',
  warning: 'M12 3L2 20.5h20zM12 10v5M12 17.5v.5',
  stop: 'M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8zM12 7v6M12 16.5v.5',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7v.5',
  cut: 'M5 12h.01M12 12h.01M19 12h.01',
  cloud: 'M7 18a4 4 0 01-.6-8A6 6 0 0118 9a4.5 4.5 0 01-.5 9zM12 9v6M9.5 11.5L12 9l2.5 2.5',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.8-4 4-6 7.500-6s6.700 2 7.500 6',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  erase: 'M9 5h11a1 1 0 011 1v12a1 1 0 01-1 1H9l-6-7zM12 9.500l5 5M17 9.500l-5 5',
  enter: 'M19 6v7H6M10 9l-4 4 4 4',
  keyboard: 'M3 6h18v12H3zM6.500 10h.01M10 10h.01M13.500 10h.01M17 10h.01M8 14.500h8',
  search: 'M10.500 4a6.500 6.500 0 100 13 6.500 6.500 0 000-13zM15.500 15.500L21 21',
  shift: 'M12 4l8 8h-5v8H9v-8H4z',
  barcode: 'M4 5v14M8 5v14M11 5v14M15 5v14M18 5v14M20.500 5v14',
};

export function icon(name, more = '') {
  return h('svg', { class: 'icon ' + more, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, h('path', { d: PATHS[name] || PATHS.info }));
}
