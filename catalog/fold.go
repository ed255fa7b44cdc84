package catalog

import (
	"strings"
	"unicode"
)

// How names and queries fold to keys in which they are compared.
//
// The strict key is a plain transliteration, one byte a letter, so that "сүү", "Сүү", "cүү" typed on a Russian
// keyboard ("суу") and "suu" are the same. Digraphs of Latin spelling become the one letter they stand for:
//
//	а a   б b   в v w   г g   д d   е э e ye   ж j zh   з z   и й ы i y   к k q ck   л l   м m   н n   о ө o
//	п p   р r   с s   т t   у ү u   ф f   х h kh x   ц c ts   ч ch   ш щ sh   ё yo io   ю yu iu   я ya ia   ь ъ nothing
//
// The loose key lets letters stand for each other that people mix when they write Mongolian in Latin letters: o, u, v
// and w are one (ө is typed o or u, ү u or v), c and k are one (Coca-Cola, Кока-Кола). It is derived from the strict key
// byte by byte, so positions agree. Three habits depend on the word and are tried on the query's side only: y for ү, i
// for a final ь, and ii for ы.
//
// In a key, words are separated by single spaces; everything that is neither letter nor digit separates, but for a
// decimal mark between two digits, which becomes a point. Letters of other alphabets stand for themselves.

// Strict letters that stand for a digraph.
const (
	letterCh = 'q' // ч
	letterSh = 'x' // ш
)

// cyrillic says how a small Cyrillic letter is written in the strict key.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "io", 'ж': "j", 'з': "z", 'и': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'ө': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u",
	'ү': "u", 'ф': "f", 'х': "h", 'ц': "c", 'ч': string(letterCh), 'ш': string(letterSh), 'щ': string(letterSh),
	'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
	'є': "o", 'ї': "u", 'і': "i", // old Mongolian encodings show ө and ү as Ukrainian letters
}

// digraphs are Latin letter pairs that stand for one letter. The first that fits is taken.
var digraphs = []struct{ typed, strict string }{
	{"kh", "h"}, {"ts", "c"}, {"ch", string(letterCh)}, {"sh", string(letterSh)}, {"zh", "j"}, {"ck", "k"}, {"ye", "e"},
}

// latin maps single Latin letters that do not stand for themselves.
var latin = map[rune]string{'q': "k", 'w': "v", 'x': "h", 'y': "i"}

// plain strips the accents that are met on goods.
var plain = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y", "ß", "ss", "æ", "ae", "œ", "oe", "š", "sh", "ž", "zh", "č", "ch")

// Fold returns the strict key of a text, for whoever else has to find names as the till finds them.
func Fold(s string) string { return fold(s) }

// fold returns the strict key of a name or query.
func fold(s string) string { return foldWith(s, latin) }

func foldWith(s string, single map[rune]string) string {
	runes := []rune(plain.Replace(strings.ToLower(s)))
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for i := 0; i < len(runes); i++ {
		if unicode.Is(unicode.Mn, runes[i]) {
			continue // й as и and a breve
		}
		letter, width := foldAt(runes, i, single)
		if width == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap && letter != "" {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteString(letter)
		i += width - 1
	}
	return b.String()
}

// foldAt returns the key of what stands at i and how many runes that is; 0 for a separator.
func foldAt(runes []rune, i int, single map[rune]string) (key string, width int) {
	r := runes[i]
	if s, ok := cyrillic[r]; ok {
		return s, 1
	}
	if i+1 < len(runes) {
		for _, d := range digraphs {
			if r == rune(d.typed[0]) && runes[i+1] == rune(d.typed[1]) {
				return d.strict, 2
			}
		}
	}
	if s, ok := single[r]; ok {
		return s, 1
	}
	switch {
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return string(r), 1
	case (r == '.' || r == ',') && i > 0 && i+1 < len(runes) && digit(runes[i-1]) && digit(runes[i+1]):
		return ".", 1
	}
	return "", 0
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// looseLetters are those that loosen leaves in the place of others. A loose key without them is the strict one.
const looseLetters = "uc"

// loosen turns a strict key into the loose one of the same length.
func loosen(strict string) string {
	b := []byte(strict)
	for i, c := range b {
		switch c {
		case 'o', 'v':
			b[i] = 'u'
		case 'k':
			b[i] = 'c'
		}
	}
	return string(b)
}

// readings returns the loose keys that a query may mean, the likeliest first, without repeats.
func readings(q string) []string {
	var all []string
	add := func(key string) {
		for _, have := range all {
			if have == key {
				return
			}
		}
		all = append(all, key)
	}
	for _, strict := range []string{fold(q), foldWith(q, latinYasU)} {
		add(loosen(strict))
		add(loosen(withoutFinalI(strict)))
		add(loosen(strings.ReplaceAll(strict, "ii", "i")))
	}
	return all
}

var latinYasU = map[rune]string{'q': "k", 'w': "v", 'x': "h", 'y': "u"}

// withoutFinalI takes a final i after a consonant off each word of three letters or more: "govi" is how говь is typed.
func withoutFinalI(key string) string {
	words := strings.Fields(key)
	for i, w := range words {
		if n := len(w); n > 2 && w[n-1] == 'i' && !strings.ContainsRune("aeiou", rune(w[n-2])) {
			words[i] = w[:n-1]
		}
	}
	return strings.Join(words, " ")
}
