package language

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Options say what is served.
type Options struct {
	Root     string // the soa-configs folder as an absolute path with slashes
	Compiler Compiler
	Version  string
	// Input opens the files. It is asked again when the editor has saved one.
	Input func() (config.Input, error)
}

// server is one connection.
type server struct {
	Options
	workspace *Workspace
	texts     map[string]string
	shown     map[string]map[string]bool // by service: files that have diagnostics
}

// Serve speaks the Language Server Protocol over a stream. It answers requests one after the other, in their order: an answer
// takes some milliseconds, and so it is always about the text that the editor had when it asked. It returns when the editor
// says exit or closes the stream.
func Serve(ctx context.Context, stream io.ReadWriteCloser, o Options) error {
	s := &server{Options: o, texts: map[string]string{}, shown: map[string]map[string]bool{}}
	if err := s.reload(); err != nil {
		return err
	}
	handler := jsonrpc2.HandlerWithError(s.handle).SuppressErrClosed()
	conn := jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(stream, jsonrpc2.VSCodeObjectCodec{}), handler)
	<-conn.DisconnectNotify()
	return nil
}

// reload reads the disk anew, with the texts that the editor holds over it.
func (s *server) reload() error {
	in, err := s.Input()
	if err != nil {
		return err
	}
	s.workspace = New(in, s.Compiler)
	for file, text := range s.texts {
		s.workspace.Edit(file, text)
	}
	return nil
}

// request is what all requests about a place of a document have.
type request struct {
	TextDocument   document                `json:"textDocument"`
	Position       position                `json:"position"`
	Range          span                    `json:"range"`
	ContentChanges []struct{ Text string } `json:"contentChanges"`
}

func (s *server) handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	var q request
	if r.Params != nil {
		if err := json.Unmarshal(*r.Params, &q); err != nil && strings.HasPrefix(r.Method, "textDocument/") {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
		}
	}
	file := s.file(q.TextDocument.URI)
	switch r.Method {
	case "initialize":
		return s.capabilities(), nil
	case "shutdown":
		return nil, nil
	case "exit":
		return nil, conn.Close()
	case "textDocument/didOpen":
		return nil, s.edited(ctx, conn, file, q.TextDocument.Text)
	case "textDocument/didChange":
		if n := len(q.ContentChanges); n > 0 {
			return nil, s.edited(ctx, conn, file, q.ContentChanges[n-1].Text)
		}
		return nil, nil
	case "textDocument/didSave":
		if err := s.reload(); err != nil {
			return nil, err
		}
		return nil, s.publish(ctx, conn, file)
	case "textDocument/didClose":
		delete(s.texts, file)
		s.workspace.Close(file)
		return nil, nil
	}
	return s.answer(r, file, q)
}

// answer answers questions about a document.
func (s *server) answer(r *jsonrpc2.Request, file string, q request) (any, error) {
	line := q.Position.Line
	column := s.bytes(file, q.Position)
	switch r.Method {
	case "textDocument/completion":
		return completion(s.workspace.Complete(file, line, column)), nil
	case "textDocument/hover":
		if text := s.workspace.Hover(file, line, column); text != "" {
			return map[string]any{"contents": map[string]any{"kind": "markdown", "value": text}}, nil
		}
		return nil, nil
	case "textDocument/definition":
		if at, ok := s.workspace.Define(file, line, column); ok {
			return map[string]any{"uri": s.uri(at.File), "range": s.span(at)}, nil
		}
		return nil, nil
	case "textDocument/codeLens":
		return s.lenses(file), nil
	case "textDocument/codeAction":
		return s.actions(file, q.Range), nil
	}
	if r.Notif {
		return nil, nil
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "method not supported: " + r.Method}
}

// capabilities are what the server can do. Documents are sent whole: they are short.
func (s *server) capabilities() any {
	return map[string]any{
		"serverInfo": map[string]any{"name": "paasta-render", "version": s.Version},
		"capabilities": map[string]any{
			"textDocumentSync":   map[string]any{"openClose": true, "change": 1, "save": true},
			"completionProvider": map[string]any{"triggerCharacters": []string{" ", "\n"}},
			"hoverProvider":      true,
			"definitionProvider": true,
			"codeLensProvider":   map[string]any{"resolveProvider": false},
			"codeActionProvider": map[string]any{"codeActionKinds": []string{"quickfix"}},
		},
	}
}

func (s *server) edited(ctx context.Context, conn *jsonrpc2.Conn, file, text string) error {
	s.texts[file] = text
	s.workspace.Edit(file, text)
	return s.publish(ctx, conn, file)
}

// publish tells what is wrong with the service of a file, in each of its files.
func (s *server) publish(ctx context.Context, conn *jsonrpc2.Conn, file string) error {
	service, _, _ := strings.Cut(file, "/")
	byFile := map[string][]diagnostic{file: {}}
	for shown := range s.shown[service] {
		byFile[shown] = []diagnostic{}
	}
	s.shown[service] = map[string]bool{}
	for _, f := range s.workspace.Findings(file) {
		if f.At.File != "" && strings.HasPrefix(f.At.File, service+"/") {
			byFile[f.At.File] = append(byFile[f.At.File], s.diagnostic(f))
			s.shown[service][f.At.File] = true
		}
	}
	for name, all := range byFile {
		if err := conn.Notify(ctx, "textDocument/publishDiagnostics",
			map[string]any{"uri": s.uri(name), "diagnostics": all}); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) diagnostic(f finding.Finding) diagnostic {
	return diagnostic{Range: s.span(f.At), Severity: int(f.Severity) + 1, Code: string(f.Code), Source: "paasta-render",
		Message: f.Sentence()}
}

// lenses show the forecast above the first line.
func (s *server) lenses(file string) any {
	text := s.workspace.Forecast(file)
	if text == "" {
		return []any{}
	}
	return []any{map[string]any{"range": span{}, "command": map[string]any{"title": "saving this " + text, "command": ""}}}
}

// actions are the fixes of findings in some lines.
func (s *server) actions(file string, lines span) any {
	all := []any{}
	for _, f := range s.workspace.Findings(file) {
		if f.At.File != file || f.At.Line-1 < lines.Start.Line || f.At.Line-1 > lines.End.Line {
			continue
		}
		if fix, ok := s.workspace.FixOf(f); ok {
			edit := map[string]any{"range": s.span(fix.At), "newText": fix.Text}
			all = append(all, map[string]any{"title": fix.Title, "kind": "quickfix",
				"diagnostics": []diagnostic{s.diagnostic(f)},
				"edit":        map[string]any{"changes": map[string]any{s.uri(file): []any{edit}}}})
		}
	}
	return all
}

// file is the path below soa-configs that a URI names; empty for a file elsewhere.
func (s *server) file(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	below, found := strings.CutPrefix(u.Path, strings.TrimSuffix(s.Root, "/")+"/")
	if !found {
		return ""
	}
	return path.Clean(below)
}

func (s *server) uri(file string) string {
	return (&url.URL{Scheme: "file", Path: path.Join(s.Root, file)}).String()
}

// The protocol counts columns in UTF-16 units; findings count bytes.

// bytes is the column of a position in bytes.
func (s *server) bytes(file string, at position) int {
	line, units := lineOf(s.workspace.Text(file), at.Line), 0
	for n, r := range line {
		if units >= at.Character {
			return n
		}
		units += utf16.RuneLen(r)
	}
	return len(line)
}

func (s *server) span(at finding.Position) span {
	line := max(at.Line-1, 0)
	text := lineOf(s.workspace.Text(at.File), line)
	from := min(max(at.Column-1, 0), len(text))
	to := min(from+max(at.Length, 1), len(text))
	return span{position{line, units(text[:from])}, position{line, units(text[:to])}}
}

func units(text string) (n int) {
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		n, text = n+max(utf16.RuneLen(r), 1), text[size:]
	}
	return n
}

func lineOf(text string, number int) string {
	for range number {
		_, rest, found := strings.Cut(text, "\n")
		if !found {
			return ""
		}
		text = rest
	}
	line, _, _ := strings.Cut(text, "\n")
	return line
}
