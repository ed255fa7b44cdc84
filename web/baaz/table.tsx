// A table of any length: only the rows in view are drawn. It is filtered as one types, sorted by a press on a column's
// head, walked through by the arrow keys; Enter or a press opens a row.

import { signal, useSignal } from '@preact/signals';
import { options, type ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from '../kit/icons';
import { group } from '../kit/format';
import { fold, order } from './letters';
import { t } from './texts';

export interface Column<T> {
  id: string;
  title: string;
  say?: string; // in the place of the title, for those who listen, where none is shown
  width?: string; // a track of CSS grid; without it as wide as the others
  figure?: boolean; // to the right
  text: (row: T) => string; // what is found and sorted, and shown where there is no cell
  cell?: (row: T) => ComponentChildren;
  by?: (row: T) => number | string; // sorts, where text does not
  desk?: boolean; // not on a phone
}

export interface TableProps<T> {
  name: string; // what it is a table of, for those who listen
  test: string;
  rows: T[];
  columns: Column<T>[];
  id: (row: T) => string; // never the same twice
  open?: (row: T) => void;
  hint?: string; // in the filter; without it there is none
  aside?: ComponentChildren; // beside the filter
  sort?: string; // the column that it is sorted by at first, "-total" downwards; without it as the rows come
  foot?: (shown: T[]) => Record<string, ComponentChildren>; // a last row that stays, by column
  none: ComponentChildren; // in the place of the rows where there are none at all
  off?: (row: T) => boolean; // drawn as not in use
  remote?: Remote; // BAAZ finds and sorts, and the rows are those of a list so far
}

// Remote is how a list stands that BAAZ finds and sorts, and what asks for it otherwise.
export interface Remote {
  find: string; setFind: (text: string) => void;
  found: string; // how many there are, in words
  sort: string; down: boolean; sorts: string[]; setSort: (id: string, down: boolean) => void; // sorts: the columns that it can be sorted by
  more: (() => void) | null; // asks for further rows; null: that was all
}

// narrow: the screen is a phone's.
const narrows = matchMedia('screen and (max-width: 899px)');
export const narrow = signal(narrows.matches);
narrows.addEventListener('change', () => (narrow.value = narrows.matches));

// printing: all rows are drawn, because paper does not scroll.
export const printing = signal(false);

function atOnce(act: () => void) {
  const before = options.debounceRendering;
  options.debounceRendering = (draw) => draw();
  act();
  options.debounceRendering = before;
}
addEventListener('beforeprint', () => atOnce(() => (printing.value = true)));
addEventListener('afterprint', () => (printing.value = false));

const MORE = 8; // rows drawn beyond the view, so that scrolling shows no gaps

interface Sorting { id: string; down: boolean }

function sorted<T>(rows: T[], column: Column<T> | undefined, down: boolean) {
  if (!column) return rows;
  const key = column.by ?? ((row: T) => order(column.text(row)));
  const keyed = rows.map((row, i) => ({ row, i, key: key(row) }));
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.i - b.i));
  return keyed.map((k) => k.row);
}

// Table draws it.
export function Table<T>(o: TableProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const slice = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const filter = useSignal('');
  const sorting = useSignal<Sorting | null>(o.sort ? { id: o.sort.replace(/^-/, ''), down: o.sort.startsWith('-') } : null);
  const at = useSignal(-1);
  const view = useSignal({ top: 0, height: 800, row: 40 });
  const columns = narrow.value ? o.columns.filter((c) => !c.desk) : o.columns;

  const texts = useMemo(() => o.hint === undefined || o.remote ? [] : o.rows.map((row) => fold(o.columns.map((c) => c.text(row)).join('\n'))), [o.rows, o.hint]);
  const found = useMemo(() => {
    const words = o.remote ? [] : fold(filter.value).split(' ').filter(Boolean);
    return words.length ? o.rows.filter((_, i) => words.every((w) => texts[i].includes(w))) : o.rows;
  }, [o.rows, texts, filter.value]);
  const by = o.remote ? { id: o.remote.sort, down: o.remote.down } : sorting.value;
  const shown = useMemo(() => (o.remote ? found : sorted(found, o.columns.find((c) => c.id === by?.id), by?.down ?? false)), [found, by?.id, by?.down]);

  useLayoutEffect(() => {
    const el = box.current!;
    const measure = () => {
      view.value = { top: el.scrollTop, height: el.clientHeight, row: parseFloat(getComputedStyle(el).getPropertyValue('--row')) || 40 };
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    return () => watch.disconnect();
  }, []);

  const { top, height, row } = view.value;
  const all = printing.value;
  const first = all ? 0 : Math.max(0, Math.floor(top / row) - MORE);
  const drawn = all ? shown : shown.slice(first, first + Math.ceil(height / row) + 2 * MORE);
  useLayoutEffect(() => {
    space.current!.style.height = all ? '' : `${shown.length * row}px`;
    slice.current!.style.transform = all ? '' : `translateY(${first * row}px)`;
    box.current!.style.setProperty('--columns', columns.map((c) => c.width ?? 'minmax(0, 1fr)').join(' '));
  });
  useEffect(() => {
    if (at.peek() >= shown.length) at.value = shown.length - 1;
  }, [shown.length]);

  const move = (to: number) => {
    const el = box.current!;
    at.value = Math.max(0, Math.min(shown.length - 1, to));
    const y = at.value * row;
    const room = el.clientHeight - 2 * row; // head and foot lie over the rows
    if (y < el.scrollTop) el.scrollTop = y;
    else if (y > el.scrollTop + room - row) el.scrollTop = y - room + row;
  };
  const keys = (e: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / row) - 3);
    const by: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    if (e.target !== box.current || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key in by) move(at.value + by[e.key]);
    else if (e.key === 'Home') move(0);
    else if (e.key === 'End') move(shown.length - 1);
    else if (e.key === 'Enter' && shown[at.value]) o.open?.(shown[at.value]);
    else return;
    e.preventDefault();
  };
  useEffect(() => {
    if (o.remote?.more && first + drawn.length >= shown.length - MORE) o.remote.more();
  }, [first, drawn.length, shown.length, o.remote?.more === null]);
  const sortBy = (id: string) => {
    box.current!.scrollTop = 0;
    if (o.remote) return o.remote.setSort(id, o.remote.sort === id && !o.remote.down);
    const now = sorting.value;
    sorting.value = now?.id !== id ? { id, down: Boolean(o.columns.find((c) => c.id === id)?.figure) } : { id, down: !now.down };
  };
  const foot = o.foot?.(shown);
  const current = shown[at.value];
  return (
    <div class={'tabled' + (all ? ' is-printing' : '')}>
      {(o.hint !== undefined || o.aside) && (
        <div class="table-bar">
          {o.hint !== undefined && (
            <label class="field-box table-filter"><Icon name="search" />
              <input type="search" value={o.remote ? o.remote.find : filter.value} placeholder={o.hint} aria-label={o.hint} data-test={o.test + '-filter'} autocomplete="off" spellcheck={false}
                onInput={(e) => { (o.remote ? o.remote.setFind : (x: string) => void (filter.value = x))(e.currentTarget.value); box.current!.scrollTop = 0; at.value = -1; }}
                onKeyDown={(e) => {
                  if (e.key === 'ArrowDown') { e.preventDefault(); box.current!.focus(); move(0); }
                  if (e.key === 'Enter' && shown.length > 0) { e.preventDefault(); o.open?.(shown[Math.max(0, at.value)]); }
                }} />
              {o.remote?.find && <span class="table-count" role="status">{o.remote.found}</span>}
              {filter.value && <span class="table-count" role="status">{t('table.found', { count: group(String(shown.length)) })}</span>}
            </label>
          )}
          {o.aside}
        </div>
      )}
      <div class="table-box" ref={box} role="grid" tabIndex={0} aria-label={o.name} aria-rowcount={shown.length + 1} aria-colcount={columns.length} data-test={o.test}
        aria-activedescendant={current && drawn.includes(current) ? `${o.test}-${o.id(current)}` : undefined}
        onScroll={(e) => { const y = e.currentTarget.scrollTop; if (Math.abs(y - view.peek().top) >= row) view.value = { ...view.peek(), top: y }; }}
        onKeyDown={keys} onFocus={() => { if (at.peek() < 0 && shown.length) at.value = 0; }}>
        <div class="table-row table-head" role="row" aria-rowindex={1}>
          {columns.map((c) => (
            <div key={c.id} role="columnheader" class={'cell' + (c.figure ? ' is-figure' : '')} aria-sort={by?.id === c.id ? (by.down ? 'descending' : 'ascending') : undefined}>
              {!c.title && <span class="unseen">{c.say}</span>}
              {c.title && o.remote && !o.remote.sorts.includes(c.id) && <span class="table-sort">{c.title}</span>}
              {c.title && (!o.remote || o.remote.sorts.includes(c.id)) && <button type="button" tabIndex={-1} class="table-sort" data-test={o.test + '-sort'} data-column={c.id} onClick={() => sortBy(c.id)}>
                <span>{c.title}</span>{by?.id === c.id && <Icon name={by.down ? 'down' : 'up'} />}
              </button>}
            </div>
          ))}
        </div>
        <div class="table-space" ref={space} role="rowgroup">
          <div class="table-slice" ref={slice} role="presentation">
            {drawn.map((r, i) => (
              <div key={o.id(r)} id={`${o.test}-${o.id(r)}`} role="row" aria-rowindex={first + i + 2} aria-selected={r === current ? 'true' : undefined} data-test={o.test + '-row'} data-id={o.id(r)}
                class={'table-row' + (r === current ? ' is-current' : '') + (o.open ? ' is-open' : '') + (o.off?.(r) ? ' is-off' : '')}
                onClick={(e) => {
                  if ((e.target as Element).closest('a, button, input, select')) return;
                  at.value = first + i;
                  o.open?.(r);
                }}>
                {columns.map((c) => <div key={c.id} role="gridcell" class={'cell' + (c.figure ? ' is-figure' : '')}>{c.cell ? c.cell(r) : c.text(r)}</div>)}
              </div>
            ))}
          </div>
        </div>
        {foot && shown.length > 0 && (
          <div class="table-row table-foot" role="row">{columns.map((c) => <div key={c.id} role="gridcell" class={'cell' + (c.figure ? ' is-figure' : '')}>{foot[c.id] ?? ''}</div>)}</div>
        )}
      </div>
      {shown.length === 0 && <div class="table-none">{o.rows.length || o.remote ? t('table.none') : o.none}</div>}
    </div>
  );
}
