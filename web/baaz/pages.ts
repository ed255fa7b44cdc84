// Every page of the app, by subject. The first that one may see is where one begins.

import { computed } from '@preact/signals';
import type { Page } from './page';
import { company, may, mayAtHome, me } from './session';
import { pages as reports } from './views/reports';
import { pages as fiscal } from './views/fiscal';
import { pages as registers } from './views/registers';
import { pages as people } from './views/people';
import { pages as tills } from './views/tills';
import { pages as vendor } from './views/vendor';
import { pages as more } from './views/more';

const all: Page[] = [...reports, ...fiscal, ...registers, ...vendor, ...tills, ...people, ...more];

// known reports whether there is such a page.
export const known = (at: string) => all.some((p) => p.at === at);

// open are the pages that this person may see in this company.
export const open = computed(() => all.filter((p) => me.value && (!p.worlds || p.worlds.includes(me.value.world)) && (p.right === null || (p.home ? mayAtHome(p.right) : company.value && may(p.right)))));

// find returns the page to show: the one of that address, else the first.
export const find = (at: string) => open.value.find((p) => p.at === at) ?? open.value.find((p) => !p.hidden) ?? null;
