// The letters of the keyboard on the screen, in the order of a real one. The same in every language of the page.

export default {
  mn: ['1234567890-.', 'фцужэнгшүзкъ', 'йыбөахролдпе', 'ячёсмитьвющ,'],
  en: ['1234567890-.', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm,/'],
  names: { mn: 'МОН', en: 'ENG' },
};
