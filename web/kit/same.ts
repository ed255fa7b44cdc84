// Whether two values that came as JSON say the same, in whatever order their fields stand.

// sorted is a text of a value that does not tell the order of its fields.
export const sorted = (x: unknown) => JSON.stringify(x, (_, v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

export const same = (a: unknown, b: unknown) => sorted(a ?? null) === sorted(b ?? null);
