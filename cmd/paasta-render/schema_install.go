package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/schema"
)

// schemaFolder is where an editor's schemas are, below the root of soa-configs. Folders with a dot are no services.
const schemaFolder = ".vscode/schemas"

// editor is a way to make an editor check files of soa-configs while they are written.
type editor struct {
	name string
	// file is the editor's own file, below the root of soa-configs.
	file string
	text func() ([]byte, error)
}

var editors = []editor{
	{"vscode", ".vscode/settings.json", vscodeSettings},
	{"jetbrains", ".idea/jsonSchemas.xml", jetbrainsSettings},
	{"neovim", ".nvim.lua", neovimSettings},
}

func editorNames() []string {
	var names []string
	for _, e := range editors {
		names = append(names, e.name)
	}
	return names
}

// installSchemas writes the schemas below dir, and what makes the editor use them. It never changes a file of the
// editor that is there already.
func installSchemas(s streams, dir, name string) error {
	i := slices.IndexFunc(editors, func(e editor) bool { return e.name == name })
	if i < 0 {
		return fmt.Errorf("unknown editor %q: one of %s", name, strings.Join(editorNames(), ", "))
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if err := writeSchemas(dir); err != nil {
		return err
	}
	e := editors[i]
	text, err := e.text()
	if err != nil {
		return err
	}
	kept, err := writeNew(filepath.Join(dir, filepath.FromSlash(e.file)), text)
	if err != nil {
		return err
	}
	say(s.err, "wrote %d schemas to %s\n", len(schema.Names()), filepath.Join(dir, schemaFolder))
	if kept {
		say(s.err, "%s is there already and stays as it is; add this to it:\n", e.file)
		_, err = s.out.Write(text)
		return err
	}
	say(s.err, "wrote %s\n", e.file)
	return nil
}

// writeSchemas writes every schema, each complete in itself.
func writeSchemas(dir string) error {
	for _, name := range schema.Names() {
		data, _ := schema.Bundle(name)
		file := filepath.Join(dir, filepath.FromSlash(path.Join(schemaFolder, name+".json")))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file unless another one is there; kept is true then.
func writeNew(name string, data []byte) (kept bool, err error) {
	held, err := os.ReadFile(name)
	if err == nil {
		return !bytes.Equal(held, data), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return false, err
	}
	return false, os.WriteFile(name, data, 0o644)
}

// eachSchema visits the schemas of files that people write, with the patterns of the files.
func eachSchema(visit func(file string, patterns []string)) {
	for _, name := range schema.Names() {
		if patterns := schema.Match(name); len(patterns) > 0 {
			visit(path.Join(schemaFolder, name+".json"), patterns)
		}
	}
}

// vscodeSettings is .vscode/settings.json: the extension redhat.vscode-yaml reads the first part, VS Code the second.
func vscodeSettings() ([]byte, error) {
	type rule struct {
		FileMatch []string `json:"fileMatch"`
		URL       string   `json:"url"`
	}
	settings := struct {
		YAML map[string][]string `json:"yaml.schemas"`
		JSON []rule              `json:"json.schemas"`
	}{YAML: map[string][]string{}}
	eachSchema(func(file string, patterns []string) {
		r := rule{URL: "./" + file}
		for _, p := range patterns {
			if strings.HasSuffix(p, ".yaml") {
				settings.YAML["./"+file] = append(settings.YAML["./"+file], p)
			} else {
				r.FileMatch = append(r.FileMatch, p)
			}
		}
		if len(r.FileMatch) > 0 {
			settings.JSON = append(settings.JSON, r)
		}
	})
	var b bytes.Buffer
	err := writeJSON(&b, settings)
	return b.Bytes(), err
}

// neovimSettings is .nvim.lua, which Neovim 0.11 reads when 'exrc' is set; it needs yaml-language-server.
func neovimSettings() ([]byte, error) {
	var b strings.Builder
	b.WriteString("-- Neovim reads this file when 'exrc' is set. It needs yaml-language-server.\n")
	b.WriteString("local root = vim.fs.dirname(debug.getinfo(1, \"S\").source:sub(2))\n")
	b.WriteString("vim.lsp.config(\"yamlls\", {\n  settings = { yaml = { schemas = {\n")
	eachSchema(func(file string, patterns []string) {
		fmt.Fprintf(&b, "    [root .. \"/%s\"] = { \"%s\" },\n", file, strings.Join(patterns, `", "`))
	})
	b.WriteString("  } } },\n})\nvim.lsp.enable(\"yamlls\")\n")
	return []byte(b.String()), nil
}

// jetbrainsSettings is .idea/jsonSchemas.xml: the mappings of "JSON Schema Mappings" in the settings.
func jetbrainsSettings() ([]byte, error) {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n")
	b.WriteString("  <component name=\"JsonSchemaMappingsProjectConfiguration\">\n    <state>\n      <map>\n")
	eachSchema(func(file string, patterns []string) {
		name := "paasta-render " + strings.TrimSuffix(strings.TrimPrefix(file, schemaFolder+"/"), ".json")
		fmt.Fprintf(&b, "        <entry key=%q>\n          <value>\n            <SchemaInfo>\n", escapeXML(name))
		fmt.Fprintf(&b, "              <option name=\"name\" value=%q />\n", escapeXML(name))
		fmt.Fprintf(&b, "              <option name=\"relativePathToSchema\" value=%q />\n", escapeXML(file))
		b.WriteString("              <option name=\"patterns\">\n                <list>\n")
		for _, p := range patterns {
			b.WriteString("                  <Item>\n                    <option name=\"pattern\" value=\"true\" />\n")
			fmt.Fprintf(&b, "                    <option name=\"path\" value=%q />\n", escapeXML(p))
			b.WriteString("                    <option name=\"mappingKind\" value=\"Pattern\" />\n                  </Item>\n")
		}
		b.WriteString("                </list>\n              </option>\n            </SchemaInfo>\n")
		b.WriteString("          </value>\n        </entry>\n")
	})
	b.WriteString("      </map>\n    </state>\n  </component>\n</project>\n")
	return []byte(b.String()), nil
}

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
