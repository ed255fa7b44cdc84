// What BAAZ keeps for the screen: the ways to pay, the places of baskets, the pages of goods.

import { state } from './store';
import type { TenderKind } from './model';
import { t } from './texts';

export type Other = Exclude<TenderKind, 'cash'>;

const KINDS: Other[] = ['card', 'transfer', 'qr'];

// others are the ways to pay besides cash, in the shop's order.
export const others = (): Other[] => state.till.value?.tenders?.map((x) => x.kind as Other) ?? KINDS;

// wayName is what the shop calls a way to pay.
export const wayName = (kind: TenderKind) => state.till.value?.tenders?.find((x) => x.kind === kind)?.name || t(`tender.${kind}`);

export const pages = () => state.till.value?.pages ?? [];

export const places = () => state.till.value?.places ?? [];

// tabName is what a tab of baskets is called: a place of the shop, or the customer's number.
export const tabName = (tab: number) => places().find((p) => p.tab === tab)?.name ?? t('tabs.name', { number: tab });
