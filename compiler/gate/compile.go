package gate

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/ext"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// What an expression may take. The costs are CEL's own units: about one a step. Kubernetes allows an admission policy's
// expression 1,000,000 for a call.
const (
	maxText    = 10_000     // characters of one expression
	maxDepth   = 50         // of nested brackets and operators
	maxCost    = 1_000_000  // of one evaluation
	maxAllCost = 50_000_000 // of one gate in one run
)

// variables are the roots of the types that expressions know.
var variables = map[scope][]cel.EnvOption{
	ofChange: {cel.Variable("change", cel.ObjectType("gate.Change"))},
	ofObject: {cel.Variable("change", cel.ObjectType("gate.Change")),
		cel.Variable("object", cel.ObjectType("gate.Object")),
		cel.Variable("before", content), cel.Variable("after", content), cel.Variable("source", content)},
	ofPool: {cel.Variable("change", cel.ObjectType("gate.Change")), cel.Variable("pool", cel.ObjectType("gate.Pool"))},
}

// content is the type of what has any shape: an object of the output, the configuration of an instance.
var content = cel.MapType(cel.StringType, cel.DynType)

// natives are the types of facts.go.
var natives = []any{reflect.TypeFor[Change](), reflect.TypeFor[Object](), reflect.TypeFor[Pool](),
	reflect.TypeFor[Place](),
	reflect.TypeFor[Workload](), reflect.TypeFor[Pods](), reflect.TypeFor[Amount](), reflect.TypeFor[Edit](),
	reflect.TypeFor[Cause](), ext.ParseStructTags(true)}

// newEnvironment makes what the expressions of gates with a scope are compiled in. It costs some milliseconds.
func newEnvironment(s scope) (*cel.Env, error) {
	options := append([]cel.EnvOption{
		ext.NativeTypes(natives...), ext.Strings(), ext.Sets(), ext.Lists(), sums(),
		cel.OptionalTypes(), cel.CrossTypeNumericComparisons(true), cel.ParserExpressionSizeLimit(maxText),
		cel.ParserRecursionLimit(maxDepth), cel.ASTValidators(cel.ValidateRegexLiterals()),
	}, variables[s]...)
	return cel.NewEnv(options...)
}

// compile compiles the expression in a node; nil without a node, or when it is wrong, which is reported.
func (r *reader) compile(g *gate, n *yaml11.Node, want *cel.Type) *expression {
	if n == nil {
		return nil
	}
	env, err := r.environment(g.scope)
	if err != nil {
		r.invalid(n.Position(), "expressions cannot be compiled: "+err.Error(), "")
		return nil
	}
	compiled, issues := env.Compile(n.Text)
	if issues != nil && issues.Err() != nil {
		for _, e := range issues.Errors() {
			x := finding.Finding{Code: finding.GateInvalid, Message: oneLine(e.Message)}
			x.At = r.place(n, e.Location.Line(), e.Location.Column())
			x.Suggestion = suggestion(e.Message)
			r.report(x)
		}
		return nil
	}
	if got := compiled.OutputType(); !got.IsAssignableType(want) && got.Kind() != cel.DynKind {
		r.invalid(n.Position(), fmt.Sprintf("the expression gives a %s, not a %s", got, want), "")
		return nil
	}
	program, err := env.Program(compiled, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptTrackCost))
	if err != nil {
		r.invalid(n.Position(), "the expression cannot be run: "+oneLine(err.Error()), "")
		return nil
	}
	g.needs.note(compiled.NativeRep())
	return &expression{program, n.Position()}
}

func (r *reader) environment(s scope) (*cel.Env, error) {
	if env := r.environments[s]; env != nil {
		return env, nil
	}
	env, err := newEnvironment(s)
	if err == nil {
		r.environments[s] = env
	}
	return env, err
}

// note looks for what costs something to make.
func (n *needs) note(compiled *ast.AST) {
	ast.PostOrderVisit(compiled.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch {
		case e.Kind() == ast.SelectKind && e.AsSelect().FieldName() == "images":
			n.contents = true
		case e.Kind() != ast.IdentKind:
		case e.AsIdent() == "before", e.AsIdent() == "after":
			n.contents = true
		case e.AsIdent() == "source":
			n.source = true
		}
	}))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var quoted = regexp.MustCompile(`(undefined field|undeclared reference to) '([^']+)'`)

// suggestion is the field or the variable that is most like the one that an error of the compiler does not know.
func suggestion(message string) string {
	m := quoted.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	words := []string{"change", "object", "pool", "before", "after", "source"}
	if m[1] == "undefined field" {
		words = fieldNames()
	}
	return spelling.Nearest(m[2], words)
}

// fieldNames are the fields of all types that expressions know.
func fieldNames() []string {
	var names []string
	for _, native := range natives {
		if t, ok := native.(reflect.Type); ok {
			for f := range t.Fields() {
				names = append(names, f.Tag.Get("cel"))
			}
		}
	}
	return names
}
