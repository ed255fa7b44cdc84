// What the API's reports say.

export interface SumOf { key: string; name: string; times: number; quantity: string; total: string; vat: string; city_tax: string }

export interface PointSum { point: number; sales: number; gross: string; discount: string; rounding: string; total: string; vat: string; city_tax: string }

export interface DayOfPoint extends PointSum { day: string }

export interface Receipt {
  box: string; seq: number; point: number; day: string; local: string; shift: number; number: number; seller: string; customer: string; tender: string; lines: number; total: string; back: boolean; fiscal: string;
}

export interface Shift {
  box: string; opened: number; point: number; shift: number; day: string; opened_at: string; opened_by: string; closed: number; closed_at: string; closed_by: string; bills: number; total: string;
  expected: string; counted: string; difference: string; counts: number; removed: number; removed_amount: string; drawer_opened: number; copies: number; overrides: number;
}

export interface Incident {
  box: string; seq: number; point: number; day: string; at: string; shift: number; kind: string; seller: string; approver: string; reason: string; what: string; amount: string;
}
