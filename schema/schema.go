// Package schema holds the JSON Schemas (draft 7) of every file of soa-configs. The compiler checks against them and
// editors use the same files; definitions.json has what several files share.
package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

//go:embed *.json autotuned_defaults/*.json
var files embed.FS

const definitions = "definitions"

// Names lists the schemas, sorted: "adhoc", "autotuned_defaults/kubernetes", …
func Names() []string {
	var names []string
	for _, dir := range []string{".", "autotuned_defaults"} {
		entries, _ := files.ReadDir(dir)
		for _, e := range entries {
			if name, ok := strings.CutSuffix(e.Name(), ".json"); ok && name != definitions {
				names = append(names, path.Join(dir, name))
			}
		}
	}
	slices.Sort(names)
	return names
}

// Source returns a schema as it is written; "definitions" is what the others share.
func Source(name string) (data []byte, ok bool) {
	data, err := files.ReadFile(name + ".json")
	return data, err == nil
}

// byName are the files with a fixed name; byPrefix those whose name goes on with "-<cluster>". Order matters: the first
// that fits is taken.
var (
	byName   = []string{"service", "monitoring", "smartstack", "deploy", "dependencies", "authorization", "security"}
	byPrefix = []string{"autotuned_defaults/kubernetes", "autotuned_defaults/cassandracluster", "kubernetes", "eks",
		"adhoc", "tron", "rollback"}
)

// ForFile names the schema of a file, given its path in the service's folder or below soa-configs, or the schema's own
// name: "kubernetes-pnw-prod.yaml", "web/secrets/token.json", "tron".
func ForFile(file string) (name string, ok bool) {
	if slices.Contains(Names(), file) {
		return file, true
	}
	dir, base := path.Split(path.Clean(file))
	switch {
	case base == "MASTER.yaml":
		return "master", true
	case base == "deployments.json":
		return "deployments", true
	case base == "gates.yaml":
		return "gates", true
	case isSystemFile(dir, base):
		return "system", true
	}
	if path.Base(dir) == "secrets" && strings.HasSuffix(base, ".json") {
		return "secret", true
	}
	stem, ok := strings.CutSuffix(base, ".yaml")
	if !ok {
		return "", false
	}
	if path.Base(dir) == "autotuned_defaults" {
		stem = "autotuned_defaults/" + stem
	}
	if slices.Contains(byName, stem) {
		return stem, true
	}
	for _, prefix := range byPrefix {
		if strings.HasPrefix(stem, prefix+"-") {
			return prefix, true
		}
	}
	return "", false
}

// isSystemFile tells whether a file is one that is merged into the system config: _system/*.yaml,
// _system/paasta/*.json, and those of one cluster below _system/clusters.
func isSystemFile(dir, base string) bool {
	_, below, inside := strings.Cut("/"+dir, "/_system/")
	if !inside || !strings.HasSuffix(base, ".json") && !strings.HasSuffix(base, ".yaml") {
		return false
	}
	if cluster, ok := strings.CutPrefix(below, "clusters/"); ok {
		_, below, _ = strings.Cut(cluster, "/")
	}
	return below == "" || below == "paasta/"
}

// Bundle returns a schema complete in itself: what it takes from definitions.json stands under its own $defs.
func Bundle(name string) (data []byte, ok bool) {
	own, ok := Source(name)
	if !ok {
		return nil, false
	}
	shared, _ := Source(definitions)
	var document, library map[string]any
	if json.Unmarshal(own, &document) != nil || json.Unmarshal(shared, &library) != nil {
		return nil, false
	}
	all, _ := library["$defs"].(map[string]any)
	defs, _ := document["$defs"].(map[string]any)
	if defs == nil {
		defs = map[string]any{}
	}
	inline(document, all, defs)
	if len(defs) > 0 {
		document["$defs"] = defs
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if encoder.Encode(document) != nil {
		return nil, false
	}
	return b.Bytes(), true
}

// inline turns references to the library into references to defs, and copies what they name.
func inline(value any, library, defs map[string]any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			inline(item, library, defs)
		}
	case map[string]any:
		if target, isRef := v["$ref"].(string); isRef {
			_, name, found := strings.Cut(target, definitions+".json#/$defs/")
			if !found {
				return
			}
			v["$ref"] = "#/$defs/" + name
			if _, done := defs[name]; !done {
				defs[name] = library[name]
				inline(library[name], library, defs)
			}
			return
		}
		for _, item := range v {
			inline(item, library, defs)
		}
	}
}
