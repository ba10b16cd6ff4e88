package kubernetes

import (
	"math"
	"math/big"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// number is a Python int or float: arithmetic keeps the difference, for 2 and 2.0 print differently.
type number struct {
	integer *big.Int // nil for a float
	float   float64
}

// numberOf takes a value as Python's arithmetic does: true is 1.
func numberOf(n value) (number, bool) {
	if n == nil {
		return number{}, false
	}
	switch n.Kind {
	case yaml11.Bool:
		if n.Bool {
			return integer(1), true
		}
		return integer(0), true
	case yaml11.Int:
		if n.Big != nil {
			return number{integer: n.Big}, true
		}
		return integer(n.Int), true
	case yaml11.Float:
		return number{float: n.Float}, true
	}
	return number{}, false
}

func integer(v int64) number { return number{integer: big.NewInt(v)} }

func (x number) value() float64 {
	if x.integer == nil {
		return x.float
	}
	f, _ := new(big.Float).SetInt(x.integer).Float64()
	return f
}

func (x number) plus(y number) number {
	if x.integer != nil && y.integer != nil {
		return number{integer: new(big.Int).Add(x.integer, y.integer)}
	}
	return number{float: x.value() + y.value()}
}

func (x number) minus(y number) number {
	if x.integer != nil && y.integer != nil {
		return number{integer: new(big.Int).Sub(x.integer, y.integer)}
	}
	return number{float: x.value() - y.value()}
}

func (x number) times(factor int64) number {
	if x.integer != nil {
		return number{integer: new(big.Int).Mul(x.integer, big.NewInt(factor))}
	}
	return number{float: x.float * float64(factor)}
}

// round is Python's round(x, digits); integers stay as they are.
func (x number) round(digits int) number {
	if x.integer != nil {
		return x
	}
	return number{float: python.Round(x.float, digits)}
}

// truncate is Python's int(x); ok is false for infinity and nan.
func (x number) truncate() (number, bool) {
	if x.integer != nil {
		return x, true
	}
	if math.IsInf(x.float, 0) || math.IsNaN(x.float) {
		return number{}, false
	}
	v, _ := big.NewFloat(x.float).Int(nil)
	return number{integer: v}, true
}

// String is Python's str(x).
func (x number) String() string {
	if x.integer != nil {
		return x.integer.String()
	}
	return python.Float(x.float)
}

// node makes a value of the number, at the place of the value that it was calculated from.
func (x number) node(from value) value {
	n := yaml11.Node{}
	if from != nil {
		n = *from
	}
	n.Items, n.Pairs, n.Big, n.Text = nil, nil, nil, x.String()
	switch {
	case x.integer == nil:
		n.Kind, n.Float = yaml11.Float, x.float
	case x.integer.IsInt64():
		n.Kind, n.Int = yaml11.Int, x.integer.Int64()
	default:
		n.Kind, n.Big = yaml11.Int, x.integer
	}
	return &n
}

// percent is an integer percentage as PaaSTA prints it.
func (x number) percent() string {
	if x.integer != nil && x.integer.IsInt64() {
		return strconv.FormatInt(x.integer.Int64(), 10) + "%"
	}
	return x.String() + "%"
}
