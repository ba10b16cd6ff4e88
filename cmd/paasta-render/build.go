package main

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// build names the program's exact build: the version, and a hash of what the Go linker says of the binary or, where
// it cannot be asked, of the binary itself. Two programs of one name compile the same.
func build() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if id := goBuildID(f); len(id) > 0 {
		sum.Write(id)
	} else if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	return version() + " " + hex.EncodeToString(sum.Sum(nil))[:20], nil
}

// goBuildID returns the note in which the Go linker identifies a binary by its content; nil when there is none.
func goBuildID(f *os.File) []byte {
	binary, err := elf.NewFile(f)
	if err != nil {
		return nil
	}
	note := binary.Section(".note.go.buildid")
	if note == nil {
		return nil
	}
	data, err := note.Data()
	if err != nil || len(data) < 64 { // the note of a build without an identity is shorter
		return nil
	}
	return data
}
