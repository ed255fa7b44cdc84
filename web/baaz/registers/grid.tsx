// A register of any length: BAAZ finds, orders and counts, the page asks for the rows in view. Arrow keys walk, Enter opens
// a row, F2 or a double press changes a cell where it stands, the space bar chooses a row.

import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { group } from '../../kit/format';
import { asFault, get, query } from '../api';
import type { Fault } from '../model';
import { Wrong } from '../pieces';
import { own } from '../session';
import { narrow } from '../table';
import { t } from '../texts';
import type { Row } from './model';

export interface GridColumn {
  id: string; title: string; width: string; figure?: boolean; sort?: string; desk?: boolean;
  text: (r: Row) => string;
  edit?: (r: Row) => string; // what is typed over; without it the cell is changed in the form only
}

export interface GridProps {
  register: string; columns: GridColumn[]; search: string; where: string; turn: number; name: string;
  open: (r: Row) => void; save: (r: Row, column: string, text: string) => Promise<Row | void>;
  chosen: Map<string, Row>; choose: (r: Row) => void; total: (n: number) => void; none: preact.ComponentChildren;
}

// Editing is a cell that is typed into. It is known by the row that was there when it was opened, never by its place: rows move.
interface Editing { row: Row; column: GridColumn; at: number; text: string }

const PAGE = 100;
export const idOf = (r: Row) => `${r.scope}/${r.code}`;

export function Grid(o: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const slice = useRef<HTMLDivElement>(null);
  const pages = useRef(new Map<number, Row[]>());
  const asked = useRef(new Set<number>());
  const asking = useRef<AbortController>(new AbortController());
  const drawnTurn = useSignal(0);
  const total = useSignal(-1);
  const sort = useSignal('');
  const view = useSignal({ top: 0, height: 600, row: 40 });
  const at = useSignal({ row: -1, column: 0 });
  const editing = useSignal<Editing | null>(null);
  const late = useRef(false); // the list changed while a cell was typed into: it is read when that is left
  const afresh = useSignal(0);
  const saved = useRef(new Map<string, Promise<Row | void>>()); // what became of rows that were saved from here
  const pressed = useRef('');
  const wrong = useSignal<Fault | null>(null);
  const columns = narrow.value ? o.columns.filter((c) => !c.desk) : o.columns;

  // Whoever leaves the cell, by Enter or a touch elsewhere, means what was typed; it can be undone. Esc forgets it.
  const leave = (forget = false) => {
    const e = editing.peek();
    if (!e) return;
    editing.value = null;
    if (late.current) afresh.value++;
    late.current = false;
    if (forget || e.text === e.column.edit!(e.row)) return;
    const id = idOf(e.row);
    saved.current.set(id, saveOver(saved.current.get(id), e));
  };
  // saveOver saves against the row that was seen. What this page itself made of the row's other cells meanwhile is no conflict.
  const saveOver = async (before: Promise<Row | void> | undefined, { row: seen, column: c, text }: Editing) => {
    const own = await before;
    return o.save(own && own.version > seen.version && c.edit!(own) === c.edit!(seen) ? own : seen, c.id, text);
  };
  const rowAt = (i: number) => pages.current.get(Math.floor(i / PAGE))?.[i % PAGE];
  const fetchPage = (page: number, fresh: boolean) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    const { signal } = asking.current;
    get<{ rows: Row[]; total: number }>(own(`/registers/${o.register}`) + query({ search: o.search, where: o.where, sort: sort.peek(), offset: page * PAGE || undefined, limit: PAGE }), signal).then((a) => {
      if (signal.aborted) return;
      if (fresh && editing.peek()) {
        late.current = true;
        return;
      }
      const was = rowAt(at.peek().row);
      if (fresh) pages.current = new Map();
      pages.current.set(page, a.rows);
      const now = fresh && was ? a.rows.findIndex((r) => idOf(r) === idOf(was)) : -1;
      if (now >= 0) at.value = { ...at.peek(), row: page * PAGE + now };
      total.value = a.total;
      o.total(a.total);
      wrong.value = null;
      drawnTurn.value++;
    }, (e) => {
      asked.current.delete(page);
      if (!signal.aborted) wrong.value = asFault(e);
    });
  };
  const first = useRef('');
  useEffect(() => {
    const now = [o.register, o.search, o.where, sort.value].join('\n');
    const moved = first.current !== now;
    if (!moved && editing.peek()) {
      late.current = true;
      return;
    }
    first.current = now;
    asking.current.abort();
    asking.current = new AbortController();
    asked.current = new Set();
    if (moved) {
      leave();
      box.current!.scrollTop = 0;
      at.value = { row: -1, column: 0 };
    }
    const page = moved ? 0 : Math.floor(view.peek().top / view.peek().row / PAGE);
    const later = setTimeout(() => fetchPage(page, true), 40);
    return () => clearTimeout(later);
  }, [o.register, o.search, o.where, o.turn, sort.value, afresh.value]);

  useLayoutEffect(() => {
    const el = box.current!;
    const measure = () => (view.value = { top: el.scrollTop, height: el.clientHeight, row: parseFloat(getComputedStyle(el).getPropertyValue('--row')) || 40 });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    return () => watch.disconnect();
  }, []);

  const { top, height, row } = view.value;
  const from = Math.max(0, Math.floor(top / row) - 4);
  const count = Math.max(0, Math.min(total.value - from, Math.ceil(height / row) + 8));
  void drawnTurn.value;
  const places = Array.from({ length: count }, (_, i) => from + i);
  const kept = editing.value?.at ?? from; // a cell that is typed into stays, however far it is scrolled away
  if (kept < from) places.unshift(kept);
  else if (kept >= from + count && (editing.value || total.value < 0)) places.push(kept); // or one that is coming, until it is known whether there are any
  useEffect(() => {
    for (let p = Math.floor(from / PAGE); p <= Math.floor((from + count) / PAGE) && p * PAGE < total.value; p++) if (!pages.current.has(p)) fetchPage(p, false);
  }, [from, count, total.value]);
  useLayoutEffect(() => {
    space.current!.style.height = `${Math.max(0, total.value) * row}px`;
    slice.current!.style.transform = `translateY(${from * row}px)`;
    slice.current!.style.setProperty('--aside', `${(kept - from) * row}px`);
    box.current!.style.setProperty('--columns', ['44px', ...columns.map((c) => c.width)].join(' '));
  });

  const move = (to: number, column = at.value.column) => {
    const el = box.current!;
    const r = Math.max(0, Math.min(total.value - 1, to));
    at.value = { row: r, column: Math.max(0, Math.min(columns.length - 1, column)) };
    const y = r * row;
    if (y < el.scrollTop) el.scrollTop = y;
    else if (y > el.scrollTop + el.clientHeight - 2 * row) el.scrollTop = y - el.clientHeight + 2 * row;
  };
  const begin = () => {
    const r = rowAt(at.value.row);
    const c = columns[at.value.column];
    if (r && c?.edit) editing.value = { row: r, column: c, at: at.value.row, text: c.edit(r) };
    else if (r) o.open(r);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.target !== box.current || e.altKey || e.ctrlKey || e.metaKey) return;
    const page = Math.max(1, Math.floor(height / row) - 2);
    const r = rowAt(at.value.row);
    switch (e.key) {
      case 'ArrowDown': move(at.value.row + 1); break;
      case 'ArrowUp': move(at.value.row - 1); break;
      case 'ArrowRight': move(at.value.row, at.value.column + 1); break;
      case 'ArrowLeft': move(at.value.row, at.value.column - 1); break;
      case 'PageDown': move(at.value.row + page); break;
      case 'PageUp': move(at.value.row - page); break;
      case 'Home': move(0); break;
      case 'End': move(total.value - 1); break;
      case 'Enter': if (r) o.open(r); break;
      case 'F2': begin(); break;
      case ' ': if (r) o.choose(r); break;
      default: return;
    }
    e.preventDefault();
  };
  return (
    <div class="tabled">
      <div class="table-box" ref={box} role="grid" tabIndex={0} aria-label={o.name} aria-rowcount={total.value + 1} aria-colcount={columns.length + 1} aria-multiselectable="true" data-test="grid"
        aria-activedescendant={at.value.row >= from && at.value.row < from + count ? `row-${at.value.row}` : undefined}
        onScroll={(e) => { const y = e.currentTarget.scrollTop; if (Math.abs(y - view.peek().top) >= row) view.value = { ...view.peek(), top: y }; }}
        onKeyDown={keys} onFocus={() => { if (at.peek().row < 0 && total.peek() > 0) at.value = { row: 0, column: 0 }; }}>
        <div class="table-row table-head" role="row" aria-rowindex={1}>
          <div role="columnheader" class="cell"><span class="unseen">{t('grid.choose')}</span></div>
          {columns.map((c) => (
            <div key={c.id} role="columnheader" class={'cell' + (c.figure ? ' is-figure' : '')} aria-sort={sort.value.replace('-', '') === c.sort ? (sort.value[0] === '-' ? 'descending' : 'ascending') : undefined}>
              {c.sort ? <button type="button" tabIndex={-1} class="table-sort" data-test="grid-sort" data-column={c.id} onClick={() => (sort.value = sort.value === c.sort ? '-' + c.sort : c.sort!)}>
                <span>{c.title}</span>{sort.value.replace('-', '') === c.sort && <Icon name={sort.value[0] === '-' ? 'down' : 'up'} />}
              </button> : c.title}
            </div>
          ))}
        </div>
        <div class="table-space" ref={space} role="rowgroup">
          <div class="table-slice" ref={slice} role="presentation">
            {places.map((i) => {
              const r = rowAt(i);
              const on = at.value.row === i;
              if (!r) return <div key={i} id={`row-${i}`} role="row" aria-rowindex={i + 2} class="table-row is-coming"><div role="gridcell" class="cell"><span class="unseen">{t('say.wait')}</span></div></div>;
              const chosen = o.chosen.has(idOf(r));
              const typing = editing.value && editing.value.at === i && idOf(editing.value.row) === idOf(r) ? editing.value : null;
              return (
                <div key={i} id={`row-${i}`} role="row" aria-rowindex={i + 2} aria-selected={chosen ? 'true' : 'false'} data-test="grid-row" data-code={r.code}
                  class={'table-row is-open' + (on ? ' is-current' : '') + (r.body?.active === false ? ' is-off' : '') + (i < from || i >= from + count ? ' is-aside' : '')}
                  onClick={(e) => {
                    if ((e.target as Element).closest('input, button, label')) return;
                    const cell = (e.target as Element).closest<HTMLElement>('[data-cell]');
                    at.value = { row: i, column: Number(cell?.dataset.cell ?? 0) };
                    if (e.detail < 2) pressed.current = idOf(r);
                    if (narrow.value || e.detail === 1 && at.value.column === 0) o.open(r);
                  }} onDblClick={() => { const now = rowAt(at.peek().row); if (now && idOf(now) === pressed.current) begin(); }}>
                  <div role="gridcell" class="cell"><label class="grid-choose"><input type="checkbox" tabIndex={-1} class="grid-check" checked={chosen} aria-label={t('grid.choose_row', { name: r.code })} data-test="choose" onChange={() => o.choose(r)} /></label></div>
                  {columns.map((c, n) => (
                    <div key={c.id} role="gridcell" data-cell={n} class={'cell' + (c.figure ? ' is-figure' : '') + (on && at.value.column === n ? ' is-at' : '')}>
                      {typing?.column.id === c.id
                        ? <input class="grid-input" autofocus ref={(el) => { if (el && document.activeElement !== el) { el.focus(); el.select(); } }} value={typing.text} aria-label={c.title} data-test="grid-input"
                            onInput={(e) => (editing.value = { ...editing.peek()!, text: e.currentTarget.value })} onBlur={() => { if (document.hasFocus()) leave(); }}
                            onKeyDown={(e) => {
                              if (e.key !== 'Enter' && e.key !== 'Escape') return;
                              e.preventDefault();
                              leave(e.key === 'Escape');
                              box.current!.focus();
                            }} />
                        : c.text(r)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {total.value === 0 && <div class="table-none">{o.search || o.where ? t('table.none') : o.none}</div>}
      {total.value > 0 && <div class="grid-foot" role="status">{t('grid.total', { count: group(String(total.value)) })}{o.chosen.size > 0 && ' · ' + t('grid.chosen', { count: group(String(o.chosen.size)) })}</div>}
      <Wrong fault={wrong.value} />
    </div>
  );
}
