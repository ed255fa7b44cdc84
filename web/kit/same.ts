// Whether two values that came as JSON say the same, in whatever order their fields stand.

// sorted is a text of a value that does not tell the order of its fields.
export const sorted = (x: unknown) => JSON.stringify(x, (_, v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

export const same = (a: unknown, b: unknown) => sorted(a ?? null) === sorted(b ?? null);

// keep returns what equals next and shares everything unchanged with before: whoever compares by identity repaints only
// what is another now.
export function keep(before: unknown, next: unknown): unknown {
  if (before === next || typeof before !== 'object' || typeof next !== 'object' || before === null || next === null) return next;
  if (Array.isArray(before) !== Array.isArray(next)) return next;
  const a = before as Record<string, unknown>;
  const b = next as Record<string, unknown>;
  const names = Object.keys(b);
  let same = names.length === Object.keys(a).length;
  for (const name of names) {
    b[name] = keep(a[name], b[name]);
    if (b[name] !== a[name]) same = false;
  }
  return same ? before : next;
}
