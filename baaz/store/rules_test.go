package store

import (
	"context"
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// constraint is a primary key, unique index or foreign key as the database's catalogue tells it.
type constraint struct {
	table, kind, name string
	columns           []string
}

// catalogue is what a database says about itself.
type catalogue struct {
	tables      map[string][]string // name → columns
	constraints []constraint
}

// breaks lists what would not run distributed by company.
func (c catalogue) breaks() (list []string) {
	for name, columns := range c.tables {
		directory := strings.HasPrefix(name, "directory_")
		switch {
		case name == "goose_db_version" || name == "sqlite_sequence": // stays on one node
		case directory && !slices.Equal(columns, []string{"hash", "company"}):
			list = append(list, name+": a directory holds a hash and a company, nothing else")
		case !slices.Contains(columns, "company"):
			list = append(list, name+": no column company")
		case !c.has(name, "primary key"):
			list = append(list, name+": no primary key")
		}
	}
	for _, k := range c.constraints {
		if k.table == "goose_db_version" || strings.HasPrefix(k.table, "directory_") {
			continue
		}
		if !slices.Contains(k.columns, "company") {
			list = append(list, fmt.Sprintf("%s: %s %s (%s) has no company", k.table, k.kind, k.name, strings.Join(k.columns, ", ")))
		}
	}
	return list
}

func (c catalogue) has(table, kind string) bool {
	return slices.ContainsFunc(c.constraints, func(k constraint) bool { return k.table == table && k.kind == kind })
}

const pgConstraints = `
	SELECT t.relname, CASE x.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'foreign key' END, x.conname, string_agg(a.attname, ' ')
	FROM pg_constraint x JOIN pg_class t ON t.oid = x.conrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.conkey)
	WHERE t.relnamespace = 'public'::regnamespace AND x.contype IN ('p', 'u', 'f') GROUP BY 1, 2, 3
	UNION ALL
	SELECT t.relname, 'unique index', i.relname, string_agg(a.attname, ' ')
	FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
	JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)
	WHERE t.relnamespace = 'public'::regnamespace AND x.indisunique AND NOT x.indisprimary GROUP BY 1, 2, 3`

const liteConstraints = `
	SELECT t.name, 'primary key', 'pk', group_concat(c.name, ' ') FROM sqlite_schema t, pragma_table_info(t.name) c
	WHERE t.type = 'table' AND c.pk > 0 GROUP BY t.name
	UNION ALL
	SELECT t.name, 'unique index', i.name, group_concat(c.name, ' ') FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
	WHERE t.type = 'table' AND i."unique" GROUP BY t.name, i.name
	UNION ALL
	SELECT t.name, 'foreign key', f.id, group_concat(f."from", ' ') FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
	WHERE t.type = 'table' GROUP BY t.name, f.id`

const (
	pgColumns   = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`
	liteColumns = `SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid`
)

func readCatalogue(t *testing.T, db *sql.DB, engine Engine) catalogue {
	t.Helper()
	c := catalogue{tables: map[string][]string{}}
	columns, constraints := liteColumns, liteConstraints
	if engine == PostgreSQL {
		columns, constraints = pgColumns, pgConstraints
	}
	query(t, db, columns, 2, func(v []string) { c.tables[v[0]] = append(c.tables[v[0]], v[1]) })
	query(t, db, constraints, 4, func(v []string) {
		c.constraints = append(c.constraints, constraint{v[0], v[1], v[2], strings.Fields(v[3])})
	})
	return c
}

func query(t *testing.T, db *sql.DB, text string, n int, each func([]string)) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, into := make([]string, n), make([]any, n)
		for i := range v {
			into[i] = &v[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		each(v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// ProveCatalogue is run on both engines from outside the package, because storetest imports it. It proves Citus's rules, and that the list of tables is the whole list, from what the database says. Then it
// breaks each rule and demands that this is seen.
func ProveCatalogue(t *testing.T, dsn string) {
	s, err := Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	driver := map[Engine]string{SQLite: "sqlite", PostgreSQL: "pgx"}[s.engine]
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := readCatalogue(t, db, s.engine)
	for _, why := range c.breaks() {
		t.Error(why)
	}
	if len(c.constraints) < len(tables)+4 {
		t.Fatalf("only %d constraints seen: the catalogue is not read right", len(c.constraints))
	}
	for _, listed := range tables {
		if have := strings.Join(c.tables[listed.name], ", "); have != listed.columns {
			t.Errorf("table %s has %s\n the list says %s", listed.name, have, listed.columns)
		}
		delete(c.tables, listed.name)
	}
	delete(c.tables, "goose_db_version")
	delete(c.tables, "sqlite_sequence")
	for name := range c.tables {
		t.Errorf("table %s is not in the list: a copy would lose it", name)
	}
	for _, bad := range []string{
		`CREATE TABLE bad1 (id BIGINT NOT NULL, PRIMARY KEY (id))`,
		`CREATE TABLE bad2 (company BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (id))`,
		`CREATE TABLE bad3 (company BIGINT NOT NULL, id BIGINT NOT NULL)`,
		`CREATE TABLE bad4 (company BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (company, id), UNIQUE (id))`,
		`CREATE UNIQUE INDEX bad5 ON point (name)`,
		`CREATE TABLE directory_bad6 (hash BYTEA NOT NULL, company BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (hash))`,
		`CREATE TABLE bad7 (company BIGINT NOT NULL, id BIGINT NOT NULL, k BYTEA REFERENCES directory_key (hash), PRIMARY KEY (company, id))`,
	} {
		before := len(readCatalogue(t, db, s.engine).breaks())
		if _, err := db.Exec(bad); err != nil {
			t.Fatal(err)
		}
		if len(readCatalogue(t, db, s.engine).breaks()) <= before {
			t.Errorf("not seen: %s", bad)
		}
	}
}

// statements reads every SQL text out of sql.go.
func statements(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "sql.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "sql") {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			list[spec.Names[0].Name] = text
		}
		return true
	})
	if len(list) < 40 {
		t.Fatalf("only %d statements found", len(list))
	}
	return list
}

// across lists the statements that may ask over companies, and why.
var across = map[string]string{
	"sqlTell":              "reads no table",
	"sqlHear":              "reads no table",
	"sqlCompanyNamed":      "the operator's command line finds a company by its name",
	"sqlCompanies":         "the operator's check walks all of them",
	"sqlCompanyList":       "operators see every company's name",
	"sqlFleetPage":         "operators see all companies' tills, vendors those of the companies that they look after, a page at a time",
	"sqlFleetFound":        "the same tills, counted as far as they are found",
	"sqlFleetCount":        "the same tills, counted by state",
	"sqlFleetVersions":     "the same tills, counted by version",
	"sqlFleetHas":          "stands within those",
	"sqlFleetFew":          "stands within those",
	"sqlFleetHaveCount":    "how many tills a word finds decides where the search begins",
	"sqlFleetRunCount":     "the same of a version",
	"sqlFleetOnlineCount":  "the same of those that are online",
	"sqlCompanyOf":         "a vendor sees the names of the companies that it looks after",
	"sqlDeliveryCompanies": "the sender of messages asks which companies have some to be sent",
	"sqlPendingSizes":      "the worker that folds sums asks which companies have some",
	"sqlBoxStates":         "the server's own figures count all boxes",
	"sqlPersonAny":         "at start: is there anybody, or does the first owner need a link?",
}

var (
	namesCompany = regexp.MustCompile(`WHERE (\w+\.)?company = \$1\b|\(company, `)
	badSQL       = regexp.MustCompile(`(?i)\bLIKE\b|\bLOWER\(|\bUPPER\(|\bNOW\(|CURRENT_TIMESTAMP|\bSUM\(|\bFOR UPDATE\b|\bRANDOM\(|\?|[-+*] ?[0-9]`)
)

// foldedLike is the one LIKE that means the same on both: what stands on either side was folded in Go.
var foldedLike = regexp.MustCompile(`folded LIKE \$[0-9]+ ESCAPE '!'`)

// castSum is the one sum that means the same on both.
var castSum = regexp.MustCompile(`CAST\(SUM\(\w+\) AS BIGINT\)`)

func breaksStatement(name, text string) string {
	text = castSum.ReplaceAllString(foldedLike.ReplaceAllString(text, ""), "")
	switch {
	case badSQL.MatchString(text) && !strings.Contains(text, "COUNT(*)"):
		return "uses what the two engines do not share: " + badSQL.FindString(text)
	case strings.Contains(text, " JOIN "):
		if !regexp.MustCompile(`JOIN \w+ (\w+ )?ON \w+\.company = \w+\.company`).MatchString(text) {
			return "joins without company"
		}
	case strings.Contains(text, "directory_") || across[name] != "":
		return ""
	}
	if !namesCompany.MatchString(text) {
		return "does not name the company"
	}
	return ""
}

func TestStatements(t *testing.T) {
	for name, text := range statements(t) {
		if why := breaksStatement(name, text); why != "" {
			t.Errorf("%s %s: %s", name, why, text)
		}
	}
	for _, bad := range []string{
		`SELECT raw FROM record WHERE seq = $1`, `SELECT SUM(total) FROM sales_by_day WHERE company = $1`,
		`SELECT 1 FROM box WHERE company = $1 AND name LIKE $2`, `UPDATE point SET epoch = epoch + 1 WHERE company = $1`,
		`SELECT p.name FROM box b JOIN point p ON p.point = b.point WHERE company = $1`,
	} {
		if breaksStatement("sqlBad", bad) == "" {
			t.Errorf("not seen: %s", bad)
		}
	}
}

// No SQL hides outside the list: only the copy, the check, the versions with what they bring over, and the tuning have statements of their own.
func TestStatementsStandTogether(t *testing.T) {
	allowed := []string{"sql.go", "copy.go", "migrate.go", "verify.go", "sqlite.go", "tx.go", "tune.go", "move.go"}
	files, _ := filepath.Glob("../*/*.go")
	fset := token.NewFileSet()
	verb := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|WITH) `)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || slices.Contains(allowed, filepath.Base(path)) || strings.Contains(path, "storetest") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); verb.MatchString(text) {
					t.Errorf("%s: SQL outside sql.go: %s", fset.Position(lit.Pos()), text)
				}
			}
			return true
		})
	}
}
