package gate

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// sums adds up the numbers of a list, which CEL's own libraries cannot: [1, 2].sum(). Of an empty list it is 0.
func sums() cel.EnvOption {
	return cel.Function("sum",
		cel.MemberOverload("list_int_sum", []*cel.Type{cel.ListType(cel.IntType)}, cel.IntType,
			cel.UnaryBinding(func(list ref.Val) ref.Val { return sum(list, types.Int(0)) })),
		cel.MemberOverload("list_double_sum", []*cel.Type{cel.ListType(cel.DoubleType)}, cel.DoubleType,
			cel.UnaryBinding(func(list ref.Val) ref.Val { return sum(list, types.Double(0)) })))
}

func sum(list ref.Val, total traits.Adder) ref.Val {
	items, ok := list.(traits.Lister)
	if !ok {
		return types.MaybeNoSuchOverloadErr(list)
	}
	for it := items.Iterator(); it.HasNext() == types.True; {
		next := total.Add(it.Next())
		if total, ok = next.(traits.Adder); !ok {
			return next // an error, such as an overflow
		}
	}
	return total.(ref.Val)
}
