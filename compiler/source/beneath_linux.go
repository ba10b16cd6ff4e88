package source

import (
	"os"

	"golang.org/x/sys/unix"
)

// beneath opens names below a folder in one system call each, where os.Root takes several a path's part. The kernel
// refuses links and whatever else would lead out.
type beneath struct{ dir *os.File }

// newBeneath returns nil where the kernel cannot.
func newBeneath(root *os.Root) *beneath {
	dir, err := root.Open(".")
	if err != nil {
		return nil
	}
	b := &beneath{dir}
	fd, err := b.open(".", unix.O_DIRECTORY)
	if err != nil {
		dir.Close()
		return nil
	}
	unix.Close(fd)
	return b
}

func (b *beneath) open(name string, flags uint64) (fd int, err error) {
	return unix.Openat2(int(b.dir.Fd()), name, &unix.OpenHow{Flags: unix.O_RDONLY | unix.O_CLOEXEC | flags,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS})
}

// folder opens a folder; nil when it cannot.
func (b *beneath) folder(name string) *os.File {
	fd, err := b.open(name, unix.O_DIRECTORY)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), name)
}

// read returns a regular file's bytes; ok is false when it cannot, whatever the reason: os.Root knows it.
func (b *beneath) read(name string) (data []byte, ok bool) {
	fd, err := b.open(name, unix.O_NONBLOCK) // a pipe must not keep us waiting
	if err != nil {
		return nil, false
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if unix.Fstat(fd, &stat) != nil || stat.Mode&unix.S_IFMT != unix.S_IFREG || stat.Size > maxFileBytes {
		return nil, false
	}
	data = make([]byte, stat.Size)
	for done := 0; done < len(data); {
		n, err := unix.Read(fd, data[done:])
		if err != nil || n == 0 {
			return nil, false
		}
		done += n
	}
	return data, true
}
