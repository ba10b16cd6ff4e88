package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Scripts returns the files of some patches: a folder for each folder of the rendered tree, which is a service or
// _cluster, with a JSON patch for each object, and a shell script that gives them to kubectl one by one.
func Scripts(patches []Patch, undo bool) []tree.File {
	name, verb := "adopt.sh", "hands the fields of these objects over"
	if undo {
		name, verb = "undo.sh", "hands the fields of these objects back"
	}
	scripts := map[string]*bytes.Buffer{}
	var files []tree.File
	for i := range patches {
		p := &patches[i]
		folder := path.Base(path.Dir(p.File))
		script := scripts[folder]
		if script == nil {
			script = &bytes.Buffer{}
			scripts[folder] = script
			fmt.Fprintf(script, head, verb)
		}
		file := fileName(p)
		data, err := json.MarshalIndent(p.Operations, "", " ")
		if err != nil {
			continue // what was decoded from JSON can be encoded
		}
		files = append(files, tree.File{Path: folder + "/" + file, Data: append(data, '\n')})
		resource := p.Kind
		if group := p.Group(); group != "" {
			resource += "." + version(p.APIVersion) + "." + group
		}
		script.WriteString("patch " + quote(resource) + " " + quote(p.Name))
		if p.Namespace != "" {
			script.WriteString(" --namespace " + quote(p.Namespace))
		}
		script.WriteString(" --patch-file " + quote(file) + "\n")
	}
	for _, folder := range slices.Sorted(maps.Keys(scripts)) {
		scripts[folder].WriteString(tail)
		files = append(files, tree.File{Path: folder + "/" + name, Data: scripts[folder].Bytes()})
	}
	return files
}

// head and tail are around the patches of a script.
const (
	head = `#!/bin/sh
# This %s. Its arguments go to kubectl: --context NAME, --dry-run=server.
# A patch is refused when somebody has written the object since the dump. The others are made all the same.
cd "$(dirname "$0")" || exit 2
refused=0
arguments=$*
patch() {
  # shellcheck disable=SC2086
  kubectl patch "$@" --type=json $arguments || { refused=$((refused + 1)); echo "refused: $1 $2" >&2; }
}
`
	tail = `[ "$refused" = 0 ] || { echo "$refused patches were refused: make a new dump and new patches" >&2; exit 1; }
`
)

// version is the version of an apiVersion: v1 for apps/v1.
func version(apiVersion string) string { return apiVersion[strings.LastIndexByte(apiVersion, '/')+1:] }

// fileName is the patch's name: kind, namespace and name, with a dot between, which the first two cannot have.
func fileName(p *Patch) string {
	clean := strings.NewReplacer("/", "_", ":", "_", "\\", "_")
	return clean.Replace(strings.ToLower(p.Kind)+"."+p.Namespace+"."+p.Name) + ".json"
}

// quote makes a word that the shell takes as it is.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
