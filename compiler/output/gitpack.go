package output

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
)

// seal makes a pack of what the spool has taken since the last one, with its index, in the folder of packs. Its
// objects can still be read from here.
func (s *spool) seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.open()
	if err := p.flush(s.dir); err != nil {
		return err
	}
	if _, err := p.file.WriteAt(header(p.entries), 0); err != nil {
		return err
	}
	sum := sha1.New()
	if _, err := io.Copy(sum, io.NewSectionReader(p.file, 0, packHeader+p.written)); err != nil {
		return err
	}
	hash := plumbing.Hash(sum.Sum(nil))
	if _, err := p.file.WriteAt(hash[:], packHeader+p.written); err != nil {
		return err
	}
	if err := errors.Join(p.file.Chmod(0o444), p.file.Sync()); err != nil {
		return err
	}
	// git looks for an index, and then for its pack.
	name := filepath.Join(s.dir, "pack-"+hash.String())
	if err := os.Rename(p.file.Name(), name+".pack"); err != nil {
		return err
	}
	p.sealed = true
	return s.writeIndex(name+".idx", p, hash)
}

// header begins a pack of n objects.
func header(n int) []byte {
	const version = 2
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("PACK"), version), uint32(n))
}

// writeIndex writes the index of a pack. There may be one already, of the same objects.
func (s *spool) writeIndex(name string, p *pack, sum plumbing.Hash) error {
	w := idxfile.Writer{}
	_ = w.OnHeader(uint32(p.entries)) // it only remembers the number
	for h, e := range s.entries {
		if e.in == p {
			w.Add(h, uint64(packHeader+e.offset), e.crc)
		}
	}
	if err := w.OnFooter(sum); err != nil {
		return err
	}
	index, err := w.Index()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, "tmp_idx_")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // when it has not got its name
	buffered := bufio.NewWriter(f)
	_, err = idxfile.NewEncoder(buffered).Encode(index)
	if err = errors.Join(err, buffered.Flush(), f.Chmod(0o444), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// sendPack writes a pack of some objects: those that were rendered in this run as they are, others from the repository.
func (o *objects) sendPack(w io.Writer, hashes []plumbing.Hash) error {
	sum := sha1.New()
	out := bufio.NewWriter(io.MultiWriter(w, sum))
	if _, err := out.Write(header(len(hashes))); err != nil {
		return err
	}
	for _, h := range hashes {
		raw, err := o.raw(h)
		if err != nil {
			return err
		}
		if _, err := out.Write(raw); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

// raw returns an object as it is in a pack.
func (o *objects) raw(h plumbing.Hash) ([]byte, error) {
	if raw, ok, err := o.spool.raw(h); ok {
		return raw, err
	}
	object, err := o.storer.EncodedObject(plumbing.AnyObject, h)
	if err != nil {
		return nil, fmt.Errorf("git object %s: %w", h, err)
	}
	r, err := object.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = encodeEntry(&b, object.Type(), data)
	return b.Bytes(), err
}
