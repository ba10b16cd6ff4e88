package main

import (
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/language"
	"github.com/paasta-render/paasta-render/examples"
)

// lspClient is the other end: it asks, and remembers what is shown.
type lspClient struct {
	t     *testing.T
	conn  *jsonrpc2.Conn
	shown chan lspShown
}

// lspShown are the diagnostics of a file.
type lspShown struct {
	URI         string `json:"uri"`
	Diagnostics []struct {
		Code, Message string
		Range         struct{ Start, End struct{ Line, Character int } }
	}
}

func openEditor(t *testing.T) *lspClient {
	t.Helper()
	soa, err := fs.Sub(examples.Company, "company")
	if err != nil {
		t.Fatal(err)
	}
	system, err := fs.Sub(soa, "_system")
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	e := &lspClient{t: t, shown: make(chan lspShown, 100)}
	go func() {
		_ = language.Serve(context.Background(), there, language.Options{Root: "/soa", Compiler: editorCompiler(),
			Input: func() (config.Input, error) { return config.Input{SOA: soa, System: system}, nil }})
	}()
	e.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(here, jsonrpc2.VSCodeObjectCodec{}),
		jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
			var s lspShown
			if r.Method == "textDocument/publishDiagnostics" && json.Unmarshal(*r.Params, &s) == nil {
				e.shown <- s
			}
			return nil, nil
		}))
	t.Cleanup(func() { _ = e.conn.Close() })
	var answer any
	e.ask("initialize", map[string]any{}, &answer)
	return e
}

func (e *lspClient) ask(method string, params, answer any) {
	e.t.Helper()
	if err := e.conn.Call(context.Background(), method, params, answer); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// open shows a text to the server and returns what it says of the file.
func (e *lspClient) open(file, text string) lspShown {
	e.t.Helper()
	if err := e.conn.Notify(context.Background(), "textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": "file:///soa/" + file, "text": text}}); err != nil {
		e.t.Fatal(err)
	}
	for {
		select {
		case s := <-e.shown:
			if strings.HasSuffix(s.URI, file) {
				return s
			}
		case <-time.After(20 * time.Second):
			e.t.Fatal("no diagnostics")
		}
	}
}

func (e *lspClient) at(method, file string, line, character int) string {
	e.t.Helper()
	var answer json.RawMessage
	place := map[string]any{"line": line, "character": character}
	e.ask("textDocument/"+method, map[string]any{"textDocument": map[string]any{"uri": "file:///soa/" + file},
		"position": place,
		"range":    map[string]any{"start": place, "end": place}}, &answer)
	return string(answer)
}

const editedFile = "storefront/kubernetes-west-prod.yaml"

func TestAnEditorIsAnswered(t *testing.T) {
	e := openEditor(t)
	data, err := fs.ReadFile(examples.Company, "company/"+editedFile)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	number := func(part string) int {
		t.Helper()
		before, _, found := strings.Cut(text, part)
		if !found {
			t.Fatalf("%s holds no %q", editedFile, part)
		}
		return strings.Count(before, "\n")
	}
	if s := e.open(editedFile, text); len(s.Diagnostics) > 0 {
		t.Errorf("the example is wrong: %+v", s.Diagnostics)
	}
	if got := e.at("codeLens", editedFile, 0, 0); got != "[]" {
		t.Errorf("nothing is changed, and the lens says %s", got)
	}
	for _, test := range []struct{ method, part, want string }{
		{"hover", "  mem: 1024", "MiB"},
		{"completion", "  mem: 1024", `"min_instances"`},
		{"definition", "  deploy_group: prod.main", "storefront/deploy.yaml"},
	} {
		if got := e.at(test.method, editedFile, number(test.part), 3); !strings.Contains(got, test.want) {
			t.Errorf("%s at %q says %s, not %s", test.method, test.part, got, test.want)
		}
	}
	if got := e.at("completion", editedFile, number("  deploy_group: prod.main"), 17); !strings.Contains(got,
		`"prod.main"`) {
		t.Errorf("the deploy group may be %s", got)
	}

	changed := strings.Replace(text, "mem: 1024", "mem: 1536", 1)
	e.open(editedFile, changed)
	if got := e.at("codeLens", editedFile, 0, 0); !strings.Contains(got, "restarts") ||
		!strings.Contains(got, "west-prod") {
		t.Errorf("the lens says %s", got)
	}
	wrong := strings.Replace(text, "max_instances:", "max_instance:", 1)
	s := e.open(editedFile, wrong)
	line := number("max_instances:")
	if len(s.Diagnostics) == 0 || s.Diagnostics[0].Code != "V001" || s.Diagnostics[0].Range.Start.Line != line {
		t.Fatalf("an unknown key is shown as %+v", s.Diagnostics)
	}
	if got := e.at("codeAction", editedFile, line, 0); !strings.Contains(got, `"newText":"max_instances"`) {
		t.Errorf("the fix is %s", got)
	}
	for _, broken := range []string{"", "a: [", ":\n- \t{", "main:\n  mem: *x", "\x00\xff"} { // nothing stops the server
		e.open(editedFile, broken)
		e.at("completion", editedFile, 0, 1)
		e.at("hover", editedFile, 1, 3)
	}
}
