// Package tree is the compiler's output before it has a place: files, and the sinks that take them.
package tree

import (
	"sort"
	"sync"
)

// CompanyFolder is the folder of the output tree that holds what belongs to no cluster.
const CompanyFolder = "_company"

// File is one output file: <cluster>/kubernetes/web/main.yaml and its bytes.
type File struct {
	Path string // slash-separated, relative to the output root
	Data []byte
	// Docs are the YAML documents of a file that has not been encoded, as a comparison gets it; then Data is nil.
	Docs []any
}

// Sink takes files in any order, from several goroutines, and makes them visible all at once or not at all.
type Sink interface {
	// Put takes one file. The sink may not keep Data after it returns.
	Put(File) error
	// Commit makes everything visible. Clusters are those whose trees are complete: what they held before and was
	// not put again goes away.
	Commit(clusters []string) error
	// Discard drops everything; after Commit it does nothing.
	Discard()
}

// Memory is a Sink that keeps files in memory, for diff, explain and tests.
type Memory struct {
	mu    sync.Mutex
	files map[string]File
}

// Put copies the file.
func (m *Memory) Put(f File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string]File{}
	}
	f.Data = append([]byte(nil), f.Data...)
	m.files[f.Path] = f
	return nil
}

// Commit does nothing: memory needs no staging.
func (m *Memory) Commit([]string) error { return nil }

// Discard forgets the files.
func (m *Memory) Discard() { m.files = nil }

// Files returns the files in order of path.
func (m *Memory) Files() []File {
	m.mu.Lock()
	defer m.mu.Unlock()
	files := make([]File, 0, len(m.files))
	for _, f := range m.files {
		files = append(files, f)
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Path < files[j].Path })
	return files
}
