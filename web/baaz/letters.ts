// Letters as a reader of Mongolian finds and sorts them. Chromium has no Mongolian collation: the letters that the Russian
// alphabet lacks are put behind those that they follow.

import more from './letters.json';

const AFTER = '\u04ff'; // behind every letter of the alphabet
const behind: Record<string, string> = more.behind;
const FINDS = new RegExp(`[${Object.keys(behind).join('')}]`, 'g');

// order is what texts are sorted by.
export const order = (text: string) => text.toLowerCase().replace(FINDS, (c) => behind[c] + AFTER);

// fold is what texts are found by: case says nothing.
export const fold = (text: string) => text.toLowerCase();
