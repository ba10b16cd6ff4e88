package output

import (
	"bytes"
	"compress/zlib"
	"hash/crc32"
	"io"
	"os"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// spoolInMemory is how many bytes a spool holds in memory before it begins a file: a small change needs none.
const spoolInMemory = 1 << 20

// spool takes objects while they are rendered, each in the form that it has in a git pack, so that the memory of a run
// does not grow with what it renders and nothing is compressed twice. See gitformat-pack(5).
type spool struct {
	// dir is the folder of packs; "" is that for temporary files, where nothing becomes a pack.
	dir string

	mu      sync.Mutex
	entries map[plumbing.Hash]entry
	packs   []*pack // the last one is open
}

// pack is a file of a spool. Its first bytes stay in memory: a small change needs no file.
type pack struct {
	file    *os.File
	written int64  // bytes of entries in the file
	buffer  []byte // those that come after them
	entries int
	sealed  bool
}

// entry is where an object is: its header and its compressed bytes.
type entry struct {
	in     *pack
	offset int64
	size   int // of the header and the compressed bytes
	crc    uint32
}

func newSpool(dir string) *spool { return &spool{dir: dir, entries: map[plumbing.Hash]entry{}} }

// compressors are reused: one takes more to make than to compress a file.
var compressors = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed) // the level is a valid one
	return w
}}

// buffers are reused for the same reason.
var buffers = sync.Pool{New: func() any { return &bytes.Buffer{} }}

// has tells whether the spool holds an object.
func (s *spool) has(h plumbing.Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.entries[h]
	return ok
}

// add takes an object, unless it is there.
func (s *spool) add(h plumbing.Hash, kind plumbing.ObjectType, data []byte) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := encodeEntry(b, kind, data); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.entries[h]; ok {
		return nil
	}
	p := s.open()
	s.entries[h] = entry{p, p.written + int64(len(p.buffer)), b.Len(), crc32.ChecksumIEEE(b.Bytes())}
	p.entries++
	p.buffer = append(p.buffer, b.Bytes()...)
	if len(p.buffer) < spoolInMemory {
		return nil
	}
	return p.flush(s.dir)
}

// open returns the pack that takes the next object.
func (s *spool) open() *pack {
	if n := len(s.packs); n > 0 && !s.packs[n-1].sealed {
		return s.packs[n-1]
	}
	p := &pack{}
	s.packs = append(s.packs, p)
	return p
}

// encodeEntry writes an object as a pack has it: kind and length in the first bytes, then the compressed data.
func encodeEntry(b *bytes.Buffer, kind plumbing.ObjectType, data []byte) error {
	const lowBits, bits, more = 4, 7, 0x80
	head, rest := byte(kind)<<lowBits|byte(len(data)&(1<<lowBits-1)), len(data)>>lowBits
	for ; rest > 0; rest >>= bits {
		b.WriteByte(head | more)
		head = byte(rest & (1<<bits - 1))
	}
	b.WriteByte(head)
	w := compressors.Get().(*zlib.Writer)
	defer compressors.Put(w)
	w.Reset(b)
	if _, err := w.Write(data); err != nil {
		return err
	}
	return w.Close()
}

// flush moves the buffer to the file, in which it leaves room for the header of a pack.
func (p *pack) flush(dir string) (err error) {
	if p.file == nil {
		if dir != "" {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
		// git gives its own unfinished packs such names, and `git gc` removes what a killed run has left.
		if p.file, err = os.CreateTemp(dir, "tmp_pack_"); err != nil {
			return err
		}
	}
	_, err = p.file.WriteAt(p.buffer, packHeader+p.written)
	p.written += int64(len(p.buffer))
	p.buffer = p.buffer[:0]
	return err
}

// packHeader is the length of a pack's header.
const packHeader = 12

// raw returns an object as it is in a pack; ok is false when the spool does not hold it.
func (s *spool) raw(h plumbing.Hash) (data []byte, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[h]
	if !ok {
		return nil, false, nil
	}
	if at := e.offset - e.in.written; at >= 0 {
		return bytes.Clone(e.in.buffer[at : at+int64(e.size)]), true, nil
	}
	data = make([]byte, e.size)
	_, err = e.in.file.ReadAt(data, packHeader+e.offset)
	return data, true, err
}

// blob returns the bytes of an object; ok is false when the spool does not hold it.
func (s *spool) blob(h plumbing.Hash) (data []byte, ok bool, err error) {
	raw, ok, err := s.raw(h)
	if !ok || err != nil {
		return nil, ok, err
	}
	for raw[0]&0x80 != 0 {
		raw = raw[1:]
	}
	r, err := zlib.NewReader(bytes.NewReader(raw[1:]))
	if err != nil {
		return nil, true, err
	}
	data, err = io.ReadAll(r)
	return data, true, err
}

// drop forgets everything, and removes a file that has not become a pack.
func (s *spool) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.packs {
		if p.file == nil {
			continue
		}
		p.file.Close()
		if !p.sealed {
			os.Remove(p.file.Name())
		}
	}
	s.packs, s.entries = nil, map[plumbing.Hash]entry{}
}
