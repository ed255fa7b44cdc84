// What BAAZ's API says, as far as the app reads it. Amounts and quantities are decimal strings, times RFC 3339.

export type World = 'company' | 'vendor' | 'operator';
export type Right = 'look' | 'points' | 'sales' | 'register' | 'change' | 'tills' | 'people' | 'audit' | 'companies' | 'owners' | 'fleet' | 'metrics';

export interface Me { world: World; home: number; person?: number; name: string; role?: string; rights: Right[]; away: Right[] }

export interface Company { company: number; name: string; world: World; vendor: number; created: string; zone?: string }

export interface Link { first: boolean; needs_login: boolean; needs_name: boolean; needs_firm: boolean; login: string; name: string; company_name: string }

export interface Point { point: number; name: string; box: string; epochs: number; next_shift: number; key: { count: number; expires: string } | null }

export type Level = 'ok' | 'attention' | 'fault' | 'none';

// Report is what a box has said of itself last.
export interface Report {
  heard: string; version: string; system?: string; slot?: string; trial: boolean; started: string; clock?: string; clock_set: boolean; ahead: number;
  unsent: number; oldest?: string; records: number; shift: boolean; disk: { free: number; total: number };
  devices: { kind: string; state: Level; code?: string; text?: string; hint?: string }[]; trouble: { code: string; text: string; hint: string }[];
}

// Box is a box and how it stands.
export interface Box {
  box: string; point: number; epoch: number; state: 'active' | 'replaced' | 'revoked'; head: number; hash: string; joined: string; seen: string; online: boolean;
  report: Report | null; quarantine: number; problems: number; alarms: number;
}

export interface Fault { code: string; text: string; hint: string }
