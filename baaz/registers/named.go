package registers

import (
	"maps"
	"strings"

	"posbox/pos/fault"
)

// Named is a fault whose register and field are what people call them; a fault that names none stays as it is. Programs know
// it by its code.
func Named(f *fault.Error, lang string) *fault.Error {
	if len(f.Args) == 0 {
		return f
	}
	args := maps.Clone(f.Args)
	if r, err := Of(args["register"]); err == nil {
		args["register"] = r.Title(lang)
		if at, ok := args["field"]; ok {
			args["field"] = r.fieldTitle(at, lang)
		}
	}
	if f.Code == fault.RowUsed {
		args["owner"] = renamed(args["owner"], lang)
	}
	const stands = " does not stand in register "
	if value, name, ok := strings.Cut(args["detail"], stands); ok {
		args["detail"] = value + stands + renamed(name, lang)
	}
	return &fault.Error{Code: f.Code, Args: args, Cause: f.Cause}
}

// renamed gives a text that begins with a register's name its title.
func renamed(s, lang string) string {
	name, rest, more := strings.Cut(s, " ")
	r, err := Of(name)
	if err != nil {
		return s
	}
	if more {
		return r.Title(lang) + " " + rest
	}
	return r.Title(lang)
}

// Title is what a register is called.
func (r *Register) Title(lang string) string {
	if lang == "en" {
		return r.EN
	}
	return r.MN
}

// fieldTitle is what a field is called, or one within it: "prices.0.amount". What is no field stays as it is.
func (r *Register) fieldTitle(at, lang string) string {
	switch at {
	case "{}":
		return map[string]string{"mn": "мөр", "en": "the row"}[lang]
	case "code":
		return map[string]string{"mn": "Код", "en": "Code"}[lang]
	}
	name, rest, _ := strings.Cut(at, ".")
	for i := range r.Fields {
		if f := &r.Fields[i]; f.Name == name && f.Kind != Layer {
			return strings.TrimSuffix(f.Title(lang)+" "+rest, " ")
		}
	}
	return at
}
