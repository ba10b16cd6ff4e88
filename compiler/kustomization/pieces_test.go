package kustomization

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"testing"
)

// The pieces of a file fit into ConfigMaps, and joined and unpacked they are the file; two versions do not mix.
func TestPieces(t *testing.T) {
	noise := rand.NewChaCha8([32]byte{1})
	old, now := make([]byte, 3<<20), make([]byte, 3<<20) // cannot be compressed
	_, _ = noise.Read(old)
	_, _ = noise.Read(now)
	before, after := pieces("envoy/lds.json", old), pieces("envoy/lds.json", now)
	if len(after) != 4 || after[0].Path != "envoy/lds.json.gz.01" || after[3].Path != "envoy/lds.json.gz.04" {
		t.Fatalf("%d pieces, the first is %s", len(after), after[0].Path)
	}
	if got, err := joined(data(after[0].Docs), data(after[1].Docs), data(after[2].Docs), data(after[3].Docs)); err != nil || !bytes.Equal(got, now) {
		t.Errorf("the joined pieces are %d bytes, not the file (%v)", len(got), err)
	}
	if _, err := joined(data(after[0].Docs), data(before[1].Docs), data(after[2].Docs), data(after[3].Docs)); err == nil {
		t.Error("pieces of two versions were taken for a file")
	}
	if _, err := joined(data(after[0].Docs), data(after[1].Docs)); err == nil {
		t.Error("half of the pieces were taken for a file")
	}
}

func data(docs []any) []byte { b, _ := docs[0].([]byte); return b }

func joined(pieces ...[]byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(bytes.Join(pieces, nil)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
