// Package bundle makes the files that a browser gets out of the screens' sources, with esbuild's Go API: no Node, no
// network, no folder of packages beside the tree. The same sources give the same bytes, so the result is committed and a
// test compares.
//
// A screen is a folder with main.tsx, main.css, index.html and what else it lists. Sources may import relative files and the
// libraries of the table below, nothing else.
package bundle

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Screens are the folders under web that are bundled, each into a folder of the same name under web/dist.
var Screens = []string{"till"}

// libraries says where each library's module is. Whatever is not listed cannot be imported.
var libraries = map[string]string{
	"preact":               "vendor/preact/dist/preact.mjs",
	"preact/hooks":         "vendor/preact/hooks/dist/hooks.mjs",
	"preact/jsx-runtime":   "vendor/preact/jsx-runtime/dist/jsxRuntime.mjs",
	"@preact/signals":      "vendor/signals/signals.mjs",
	"@preact/signals-core": "vendor/signals-core/signals-core.mjs",
}

// Options of a build.
type Options struct {
	// Readable leaves names and lines as they are and adds a source map: for working on the screen, never for dist.
	Readable bool
}

// Build returns the files of all screens by their path under web/dist. src is the folder web.
func Build(src fs.FS, o Options) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range Screens {
		if err := screen(src, name, o, out); err != nil {
			return nil, fmt.Errorf("bundle %s: %w", name, err)
		}
	}
	return out, nil
}

func screen(src fs.FS, name string, o Options, out map[string][]byte) error {
	opts := api.BuildOptions{
		EntryPoints: []string{name + "/main.tsx", name + "/main.css"}, Outdir: "/", Bundle: true, Write: false, AbsWorkingDir: "/",
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
		out[name+"/"+path.Base(f.Path)] = f.Contents
	}
	for _, f := range []string{"index.html", "icon.svg"} {
		b, err := fs.ReadFile(src, name+"/"+f)
		if err != nil {
			return err
		}
		out[name+"/"+f] = b
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
		out[name+"/fonts/"+path.Base(f)] = b
	}
	return nil
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
