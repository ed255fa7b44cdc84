// Small drawings, one stroke, 24 by 24.

const PATHS = {
  printer: 'M7 8V3h10v5M6 17H3V9h18v8h-3M7 14h10v7H7z',
  check: 'M4 12.5l5 5L20 6.5',
  warning: 'M12 3L2 20.5h20zM12 10v5M12 17.5v.5',
  stop: 'M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8zM12 7v6M12 16.5v.5',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7v.5',
  cloud: 'M7 18a4 4 0 01-.6-8A6 6 0 0118 9a4.5 4.5 0 01-.5 9zM12 9v6M9.5 11.5L12 9l2.5 2.5',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.8-4 4-6 7.5-6s6.7 2 7.5 6',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  erase: 'M9 5h11a1 1 0 011 1v12a1 1 0 01-1 1H9l-6-7zM12 9.5l5 5M17 9.5l-5 5',
  enter: 'M19 6v7H6M10 9l-4 4 4 4',
  keyboard: 'M3 6h18v12H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14.5h8',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21',
  shift: 'M12 4l8 8h-5v8H9v-8H4z',
  barcode: 'M4 5v14M8 5v14M11 5v14M15 5v14M18 5v14M20.5 5v14',
  lock: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 017 0V11M12 14.5v2',
  help: 'M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 114 2c-1 .8-1.5 1.2-1.5 2.500M12 17v.01',
  scanner: 'M3 8V4h4M17 4h4v4M21 16v4h-4M7 20H3v-4M7 9v6M10.5 9v6M14 9v6M17 9v6',
  drawer: 'M3 9h18v10H3zM3 9l2-4h14l2 4M9 13.500h6',
  display: 'M3 5h18v11H3zM12 16v4M8 20h8',
  scale: 'M4 20h16M12 20v-9M5 11h14l-2-6H7zM12 8v.01',
  terminal: 'M6 2.500h12v19H6zM9 6h6v4H9zM9 14h.01M12 14h.01M15 14h.01M9 17.500h.01M12 17.500h.01M15 17.500h.01',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.500V12l3 2',
  disk: 'M4 4h16v16H4zM8 4v5h8V4M8 20v-6h8v6',
  plug: 'M4 5h16v14h-4v-4H8v4H4zM9 8.500v2.500M12 8.500v2.500M15 8.500v2.500',
  plus: 'M12 5v14M5 12h14',
  menu: 'M4 7h16M4 12h16M4 17h16',
  tax: 'M5 3h14v18l-3.5-2-3.5 2-3.5-2L5 21zM9 14l6-6M9.5 8.500h.01M14.5 13.500h.01',
  card: 'M3 6h18v12H3zM3 10h18M6.5 14.500h4',
  file: 'M6 2.500h8l5 5v14H6zM14 2.500v5h5M12.500 17v-6M10 13.500l2.500-2.500 2.500 2.500',
  cash: 'M2.5 7h19v10h-19zM12 9.500a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM6 12h.01M18 12h.01',
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, more = '' }: { name: IconName; more?: string }) {
  return <svg class={'icon ' + more} viewBox="0 0 24 24" aria-hidden="true"><path d={PATHS[name]} /></svg>;
}
