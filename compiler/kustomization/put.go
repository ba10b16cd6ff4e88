package kustomization

import (
	"bytes"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Putter puts a target's file into a folder of the output tree and returns what it has put: the file, and its pieces
// where no ConfigMap holds it.
type Putter func(folder string, f layout.File) ([]Path, error)

// Encoded returns a Putter that encodes every file for a sink.
func Encoded(out tree.Sink) Putter {
	return func(folder string, f layout.File) ([]Path, error) {
		return putEncoded(out, folder, f, func([]byte) []layout.File { return nil })
	}
}

// Shipped is Encoded, and puts files that no ConfigMap holds in pieces, too. A comparison looks at whole files alone.
func Shipped(out tree.Sink, known *layout.Layout) Putter {
	return func(folder string, f layout.File) ([]Path, error) {
		return putEncoded(out, folder, f, func(data []byte) []layout.File {
			if !inPieces(known, f.Path, len(data)) {
				return nil
			}
			return pieces(f.Path, data)
		})
	}
}

func putEncoded(out tree.Sink, folder string, f layout.File, rest func([]byte) []layout.File) ([]Path, error) {
	held := buffers.Get().(*[]byte)
	defer buffers.Put(held)
	data, err := encode((*held)[:0], f)
	if err != nil {
		return nil, err
	}
	*held = data
	put := []Path{{Name: f.Path, Size: len(data), Objects: documents(data), Custom: custom(data)}}
	if err := out.Put(tree.File{Path: folder + "/" + f.Path, Data: data}); err != nil {
		return nil, err
	}
	for _, piece := range rest(data) {
		more, err := Encoded(out)(folder, piece)
		if err != nil {
			return nil, err
		}
		put = append(put, more...)
	}
	return put, nil
}

// documents counts the YAML documents of a file.
func documents(data []byte) int {
	if len(data) == 0 {
		return 0
	}
	return bytes.Count(data, []byte("\n---\n")) + 1
}

// custom tells whether a file has a custom resource: an API group with a dot that is not one of Kubernetes' own. Only
// the lines that begin with apiVersion are an object's own.
func custom(data []byte) bool {
	for line := range bytes.Lines(data) {
		version, isVersion := bytes.CutPrefix(line, []byte("apiVersion: "))
		group, _, found := bytes.Cut(version, []byte("/"))
		if isVersion && found && bytes.ContainsRune(group, '.') && !bytes.HasSuffix(group, []byte(".k8s.io")) {
			return true
		}
	}
	return false
}

// Unencoded returns a Putter that leaves Kubernetes objects as they are, as nothing needs their bytes: a comparison
// looks into few of them. Their size is 0.
func Unencoded(out tree.Sink, known *layout.Layout) Putter {
	encode := Encoded(out)
	return func(folder string, f layout.File) ([]Path, error) {
		if f.Each == nil && known.Of(f.Path).Delivery == layout.AsManifest {
			return []Path{{Name: f.Path, Objects: len(f.Docs)}}, out.Put(tree.File{Path: folder + "/" + f.Path, Docs: f.Docs})
		}
		return encode(folder, f)
	}
}

// Measured returns a Putter that throws files away, and encodes those that must find room in a ConfigMap for their
// size.
func Measured(known *layout.Layout) Putter {
	ship := Shipped(nowhere{}, known)
	return func(folder string, f layout.File) ([]Path, error) {
		if known.Of(f.Path).Delivery != layout.InConfigMap {
			return Dropped(folder, f)
		}
		return ship(folder, f)
	}
}

// nowhere is a sink that throws everything away.
type nowhere struct{}

func (nowhere) Put(tree.File) error   { return nil }
func (nowhere) Commit([]string) error { return nil }
func (nowhere) Discard()              {}

// Dropped is a Putter that throws files away.
func Dropped(_ string, f layout.File) ([]Path, error) {
	return []Path{{Name: f.Path}}, nil
}

// buffers are what files are encoded into; sinks do not keep them.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// encode turns a target's file into bytes.
func encode(b []byte, f layout.File) ([]byte, error) {
	if f.Text != nil {
		for part := range f.Text {
			b = append(b, part...)
		}
		return b, nil
	}
	if len(f.Docs) == 1 {
		if data, ok := f.Docs[0].([]byte); ok {
			return append(b, data...), nil
		}
		if strings.HasSuffix(f.Path, ".json") {
			return emit.JSON(b, f.Docs[0])
		}
	}
	if f.Each == nil {
		return emit.YAML(b, f.Docs...)
	}
	var err error
	add := func(doc any) bool {
		b, err = emit.YAML(emit.Separate(b), doc)
		return err == nil
	}
	for _, doc := range f.Docs {
		if !add(doc) {
			return nil, err
		}
	}
	f.Each(add)
	return b, err
}
