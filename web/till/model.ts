// What posd tells, as its API writes it (ui/state.go). Amounts and quantities are decimal strings. Fields that an older
// posd does not send are marked as optional.

export interface Demo { code: string; password: string; name: string; role: string }

export interface Till {
  shop: string; lang: string; zone: string; version: string; goods: number; notes: number[]; has_sellers: boolean; demo?: Demo[];
  first?: boolean; // nobody can log in yet and the first start is not over
  last_shift?: number; // the newest shift, open or closed; 0: there has been none
  box?: boolean; // the till runs on a box of ours
  joined?: boolean; // BAAZ knows this till
  central?: boolean; // BAAZ keeps goods and customers
  lock_after?: number; unverified?: boolean; // minutes, 0: never
  blind?: boolean; // the drawer is counted blind
  count_notes?: number[];
  pages?: { code: string; name: string }[]; // of goods, as BAAZ keeps them
  places?: { tab: number; name: string }[]; // what tabs of baskets are called
  tenders?: { kind: TenderKind; name: string }[]; // the ways to pay besides cash; name '': as the kind is called
  names_ready?: boolean; // the whole catalogue can be searched by name
}

// Seller is who stands at the till; person is another where the code has become somebody else's.
export interface Seller { code: string; name: string; person: string; role?: string; rights?: string[]; locked?: boolean }

export interface Shift { number: number; day: string; opened_at: string; bills: number; next_bill: string; counted: boolean }

export interface Tab { id: string; tab: number; lines: number; total: string; selected: boolean }

export interface Line {
  line: number; good: string; barcode: string; name: string; unit: string; quantity: string; unit_price: string; gross: string;
  line_discount: string; ticket_discount: string; rounding: string; percent: string; reason: string; total: string; tax: string; vat: string; city_tax: string; stamped?: boolean; unstamped?: number;
}

export interface Buyer { code: string; card?: string; name: string; percent: string }

export type TenderKind = 'cash' | 'card' | 'transfer' | 'qr';

export interface Tender { kind: TenderKind; name?: string; amount: string; slip?: string; carried?: boolean }

// ReturnLine is a line of the sale that goods come back from; sold is how much was sold, done what had come back before.
export interface ReturnLine { line: number; good: string; name: string; unit: string; unit_price: string; sold: string; done: string; chosen: string; total: string; unstamped?: number }

// Return is what comes back in a basket; bill is '' where there is no receipt.
export interface Return {
  bill: string; local: string; seller: string; point: string; other: boolean; unverified: boolean; reason: string; buyer: string; register: string;
  lines: ReturnLine[]; touched: number; chosen: number; all: boolean; total: string; rounding: string; vat: string; city_tax: string; left: { kind: TenderKind; amount: string }[]; plan: Tender[]; right: string;
}

export interface TicketDiscount { percent?: string; amount?: string; reason?: string }

export interface Basket {
  id: string; tab: number; lines: Line[]; touched: number; buyer: Buyer | null; gross: string; discount: string; rounding: string; total: string; vat: string; city_tax: string;
  register?: string; // of a business that buys
  consumer?: string; // a person's number at the tax office
  ticket_discount?: TicketDiscount | null; // in force on all of it: by hand, with a reason, or the buyer's card
  hand_discount?: TicketDiscount | null; // given by hand on all of it, also where the card's is more and so the one in force
  unstamped?: number; // units whose excise stamp has not been scanned
  tenders?: Tender[]; // entered of the payment so far
  due?: string; // to be paid in the end, below 0: goes back to the buyer
  return?: Return | null; // goods that come back
}

export interface Last { bill: string; total: string; given: string; change: string; tenders: Tender[]; current: boolean; print: string; return?: string; back?: string; fiscal: string; once: boolean }

export interface Printer { fitted: boolean; name?: string; online?: boolean; cover_open?: boolean; paper_empty?: boolean; paper_near_end?: boolean; error?: boolean; busy?: boolean }

// Unprinted with cash is the paper of a cash movement.
export interface Unprinted { bill: string; copy: boolean; result: string; cash?: 'in' | 'out'; at?: string }

// Paper is the report (X-3, Z-3) or test page asked for last.
export interface Paper { asked: number; title: string; print: string }

export type Severity = 'blocking' | 'warning' | 'notice';

// Fault is something that posd tells people: what is wrong, and what to do.
export interface Fault { code: string; text: string; hint: string; severity: Severity }

export type DeviceKind = 'printer' | 'drawer' | 'scanner' | 'display' | 'scale' | 'terminal' | 'baaz' | 'ebarimt' | 'clock' | 'disk' | 'network' | 'copy';

export interface Device { kind: DeviceKind; name: string; state: 'ok' | 'attention' | 'fault' | 'none'; code?: string; text?: string; hint?: string }

export interface Work { id: string; kind: string; name: string; done: number; total: number; state: 'running' | 'done' | 'failed'; code?: string; text?: string; hint?: string; result?: unknown }

// FiscalItem is an e-barimt for which something is to be done.
export interface FiscalItem {
  bill: string; job: 'issue' | 'cancel' | 'correct'; result: string; local: string; return?: string; place?: string; held: boolean; lottery: boolean; code?: string; message: string; expected: string; given: string;
  before: number | null; after: number | null; id: string;
}

// Fiscal is how e-barimts stand: the tax office's service, what a person decides, what is not on paper, what waits.
export interface Fiscal {
  on: boolean; away: boolean; left: number | null; sent: string; oldest: number; reissue: string; as_cash?: string[]; decide: FiscalItem[]; unprinted: FiscalItem[]; waiting: FiscalItem[]; waits: number;
}

// State is all that the screen shows; each field is one section of the event stream.
export interface State {
  seq: number; view: number; till: Till | null; seller: Seller | null; shift: Shift | null; baskets: Tab[]; basket: Basket | null; last: Last | null;
  printer: Printer; unprinted: Unprinted[]; paper: Paper | null; unsent: number; trouble: Fault[]; devices: Device[]; work: Work[]; fiscal: Fiscal;
  typed: number; // is another whenever what has been half typed is
}

// Splice is a basket of which only some lines are others now: of those told before, drop from index from on give way to
// basket's.
export interface Splice { from: number; drop: number; basket: Basket }

export interface Change { seq: number; set: Partial<State>; basket?: Splice }

// Message is what the socket says: first the state, then changes; answers of commands come with what their commands did.
export interface Message { state?: State; change?: Change; answers?: SocketAnswer[] }

// SocketAnswer is what became of a command or a search: one of done, found and refused, under the status that a request would have had.
export interface SocketAnswer { id: string; status: number; done?: object; found?: object; refused?: Fault }

export interface Good { code: string; name: string; unit: string; price: string; barcodes: string[]; category: string; active: boolean; weighed?: boolean; unclassed?: boolean }

// Customer is one as a search shows: phone has its last four digits, cards is how many; why says what keeps a customer from being used today.
export interface Customer {
  code: string; name: string; phone: string; cards: number; percent: string; valid_from?: string; valid_to?: string; active: boolean; usable: boolean; why?: Fault;
}

export interface Receipt { bill: string; number: number; local: string; total: string; tenders: Tender[] }

// Back is a return in the list of receipts. Where another point sold, its till tells the tax office: handed is how far that has come.
export interface Back extends Receipt { of: string; point: number; point_name: string; handed: string }

export interface TenderTotal { kind: TenderKind; name?: string; count: number; amount: string }

// Report is an X or Z report; where it is blind, the sums are left out.
export interface Report {
  blind?: boolean; shift: number; opened_at: string; opened_by: string; opened_name?: string; closed_at?: string; closed_by?: string; closed_name?: string; bills: number; total?: string; discount?: string; rounding?: string; vat?: string; city_tax?: string;
  removed: number; removed_amount: string; copies: number; overrides: number; tenders?: TenderTotal[];
  returns?: number; returned?: { total: string; tenders: TenderTotal[] }; // what came back: sales and tenders are not less by it, what is expected is
  float: string; cash_in: string; cash_out: string; drawer_opened: number; expected?: string; counted?: string; difference?: string;
}
