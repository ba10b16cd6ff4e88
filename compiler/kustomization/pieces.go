package kustomization

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/layout"
)

// inPieces tells whether a file of so many bytes reaches its cluster in pieces, because no ConfigMap holds it.
func inPieces(known *layout.Layout, name string, size int) bool {
	return size > maxConfigMap && known.Of(name).Delivery == layout.InConfigMap
}

// pieces returns what a file that is too large for a ConfigMap reaches the cluster as: its gzip stream, cut into files
// NAME.gz.01, NAME.gz.02 and so on that each fit. `cat NAME.gz.* | gunzip` makes the file again, and fails on pieces of
// which one is missing or belongs to another version: gzip's own checksum says so.
func pieces(name string, data []byte) []layout.File {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed) // its header holds no time and no name, so that the same data gives the same bytes
	_, _ = w.Write(data)         // a bytes.Buffer takes everything
	_ = w.Close()
	var cut []layout.File
	for stream := packed.Bytes(); len(stream) > 0; {
		n := min(maxConfigMap, len(stream))
		cut = append(cut, layout.File{Path: pieceName(name, len(cut)+1), Docs: []any{stream[:n]}})
		stream = stream[n:]
	}
	return cut
}

func pieceName(whole string, number int) string { return fmt.Sprintf("%s.gz.%02d", whole, number) }

var pieceNames = regexp.MustCompile(`^(.+)\.gz\.([0-9]{2,})$`)

// wholeOf returns the file that a piece belongs to, and the piece's number; the name itself and 0 for any other file.
func wholeOf(name string) (whole string, piece int) {
	m := pieceNames.FindStringSubmatch(name)
	if m == nil {
		return name, 0
	}
	piece, err := strconv.Atoi(m[2])
	if err != nil {
		return name, 0
	}
	return m[1], piece
}
