// Command image writes a container image as a tar file in the OCI layout, without Docker: a single layer with the program,
// nothing else. The same binary gives the same bytes.
//
//	go run ./.ci/image -o image.tar linux/amd64=dist/amd64/paasta-render linux/arm64=dist/arm64/paasta-render
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	layerType    = "application/vnd.oci.image.layer.v1.tar"
	configType   = "application/vnd.oci.image.config.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
)

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

type index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

func main() {
	out := flag.String("o", "image.tar", "file to write")
	tag := flag.String("tag", "latest", "tag of the image")
	flag.Parse()
	if err := run(*out, *tag, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(out, tag string, binaries []string) error {
	if len(binaries) == 0 {
		return fmt.Errorf("name at least one OS/ARCH=BINARY")
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &layout{tar: tar.NewWriter(f), seen: map[string]bool{}}
	top := index{SchemaVersion: 2, MediaType: indexType}
	for _, b := range binaries {
		d, err := w.image(b)
		if err != nil {
			return err
		}
		d.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag}
		top.Manifests = append(top.Manifests, d)
	}
	if err := w.json("index.json", top); err != nil {
		return err
	}
	if err := w.file("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644); err != nil {
		return err
	}
	if err := w.tar.Close(); err != nil {
		return err
	}
	return f.Close()
}

// layout writes files of an image layout; times and owners are zero, so that the bytes depend on the content only.
type layout struct {
	tar  *tar.Writer
	seen map[string]bool
}

// image adds the image of one platform, linux/amd64=FILE.
func (w *layout) image(binary string) (descriptor, error) {
	where, name, ok := strings.Cut(binary, "=")
	system, arch, also := strings.Cut(where, "/")
	if !ok || !also {
		return descriptor{}, fmt.Errorf("%q is not OS/ARCH=BINARY", binary)
	}
	program, err := os.ReadFile(name)
	if err != nil {
		return descriptor{}, err
	}
	layerData, err := layer(program)
	if err != nil {
		return descriptor{}, err
	}
	content, err := w.blob(layerType, layerData)
	if err != nil {
		return descriptor{}, err
	}
	config, err := w.jsonBlob(configType, map[string]any{
		"architecture": arch, "os": system,
		"config": map[string]any{"Entrypoint": []string{"/paasta-render"}, "WorkingDir": "/work", "User": "65532:65532",
			"Env": []string{"HOME=/tmp"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{content.Digest}},
	})
	if err != nil {
		return descriptor{}, err
	}
	m, err := w.jsonBlob(manifestType, manifest{2, manifestType, config, []descriptor{content}})
	m.Platform = &platform{arch, system}
	return m, err
}

// layer is a tar file with the program and the folders that it needs.
func layer(program []byte) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, dir := range []struct {
		name string
		mode int64
	}{{"tmp/", 0o1777}, {"work/", 0o755}} {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir.name, Mode: dir.mode}); err != nil {
			return nil, err
		}
	}
	l := layout{tar: w, seen: map[string]bool{}}
	if err := l.file("paasta-render", program, 0o755); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}

func (w *layout) file(name string, data []byte, mode int64) error {
	if w.seen[name] {
		return nil
	}
	w.seen[name] = true
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(data))}); err != nil {
		return err
	}
	_, err := io.Copy(w.tar, bytes.NewReader(data))
	return err
}

func (w *layout) json(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return w.file(name, data, 0o644)
}

func (w *layout) jsonBlob(mediaType string, value any) (descriptor, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return descriptor{}, err
	}
	return w.blob(mediaType, data)
}

func (w *layout) blob(mediaType string, data []byte) (descriptor, error) {
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	return descriptor{MediaType: mediaType, Digest: "sha256:" + name, Size: int64(len(data))}, w.file("blobs/sha256/"+name, data, 0o644)
}
