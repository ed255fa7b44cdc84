// Package bundle makes the files that a browser gets out of the screens' sources, with esbuild's Go API: no Node, no
// network, no folder of packages beside the tree. The same sources give the same bytes, so the result is committed and a
// test compares.
//
// A screen is a folder with main.tsx, main.css, index.html and what else the table lists. Sources may import relative files
// and the libraries of the table below, nothing else.
package bundle

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Screen is a folder under web that is bundled into a folder of the same name under web/dist.
type Screen struct {
	Name    string
	Entries []string // that are bundled, each into a file of its own
	Files   []string // that are copied
}

// Screens lists them all.
var Screens = []Screen{
	{"till", []string{"main.tsx", "main.css"}, []string{"index.html", "icon.svg"}},
	{"baaz", []string{"main.tsx", "main.css", "sw.ts"}, []string{"index.html", "icon.svg", "icon-192.png", "icon-512.png", "manifest.webmanifest"}},
}

// libraries says where each library's module is. Whatever is not listed cannot be imported.
var libraries = map[string]string{
	"preact":               "vendor/preact/dist/preact.mjs",
	"preact/hooks":         "vendor/preact/hooks/dist/hooks.mjs",
	"preact/jsx-runtime":   "vendor/preact/jsx-runtime/dist/jsxRuntime.mjs",
	"@preact/signals":      "vendor/signals/signals.mjs",
	"@preact/signals-core": "vendor/signals-core/signals-core.mjs",
	"uplot":                "vendor/uplot/dist/uPlot.esm.js",
}

// Options of a build.
type Options struct {
	// Readable leaves names and lines as they are and adds a source map: for working on the screen, never for dist.
	Readable bool
	// Screens to build; nil: all.
	Screens []Screen
}

// Build returns the files of all screens by their path under web/dist. src is the folder web.
func Build(src fs.FS, o Options) (map[string][]byte, error) {
	out, screens := map[string][]byte{}, o.Screens
	if screens == nil {
		screens = Screens
	}
	for _, s := range screens {
		if err := s.build(src, o, out); err != nil {
			return nil, fmt.Errorf("bundle %s: %w", s.Name, err)
		}
	}
	return out, nil
}

func (s Screen) build(src fs.FS, o Options, out map[string][]byte) error {
	opts := api.BuildOptions{
		EntryPoints: s.paths(s.Entries), Outdir: "/", Bundle: true, Write: false, AbsWorkingDir: "/",
		Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		JSX: api.JSXAutomatic, JSXImportSource: "preact", TsconfigRaw: "{}", LogLevel: api.LogLevelSilent,
		MinifyWhitespace: !o.Readable, MinifyIdentifiers: !o.Readable, MinifySyntax: !o.Readable,
		Plugins: []api.Plugin{{Name: "sources", Setup: func(b api.PluginBuild) { sources(b, src) }}},
	}
	if o.Readable {
		opts.Sourcemap = api.SourceMapInline
	}
	result := api.Build(opts)
	if len(result.Errors) > 0 {
		return fmt.Errorf("%s", strings.TrimSpace(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "")))
	}
	for _, f := range result.OutputFiles {
		out[s.Name+"/"+path.Base(f.Path)] = f.Contents
	}
	for _, f := range s.paths(s.Files) {
		b, err := fs.ReadFile(src, f)
		if err != nil {
			return err
		}
		out[f] = b
	}
	fonts, err := fs.Glob(src, "vendor/noto-sans/*.woff2")
	if err != nil {
		return err
	}
	for _, f := range fonts {
		b, err := fs.ReadFile(src, f)
		if err != nil {
			return err
		}
		out[s.Name+"/fonts/"+path.Base(f)] = b
	}
	return nil
}

// paths are files of the screen as they stand under web.
func (s Screen) paths(names []string) (list []string) {
	for _, n := range names {
		list = append(list, s.Name+"/"+n)
	}
	return list
}

// space keeps esbuild from looking at the disk.
const space = "sources"

func sources(b api.PluginBuild, src fs.FS) {
	b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		switch {
		case a.Kind == api.ResolveCSSURLToken:
			return api.OnResolveResult{Path: a.Path, External: true}, nil // fonts are copied, not bundled
		case a.Kind == api.ResolveEntryPoint:
			return api.OnResolveResult{Path: a.Path, Namespace: space}, nil
		case strings.HasPrefix(a.Path, "."):
			name, err := find(src, path.Join(path.Dir(a.Importer), a.Path))
			return api.OnResolveResult{Path: name, Namespace: space}, err
		}
		name, ok := libraries[a.Path]
		if !ok {
			return api.OnResolveResult{}, fmt.Errorf("%q is none of the libraries under web/vendor", a.Path)
		}
		return api.OnResolveResult{Path: name, Namespace: space}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: space}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		body, err := fs.ReadFile(src, a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(body)
		return api.OnLoadResult{Contents: &text, Loader: loaders[path.Ext(a.Path)]}, nil
	})
}

var loaders = map[string]api.Loader{
	".tsx": api.LoaderTSX, ".ts": api.LoaderTS, ".mjs": api.LoaderJS, ".json": api.LoaderJSON, ".css": api.LoaderCSS,
}

// find adds the ending that an import leaves out.
func find(src fs.FS, name string) (string, error) {
	for _, end := range []string{"", ".ts", ".tsx"} {
		if fi, err := fs.Stat(src, name+end); err == nil && !fi.IsDir() {
			return name + end, nil
		}
	}
	return "", fmt.Errorf("there is no %s", name)
}
