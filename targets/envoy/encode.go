package envoy

import (
	"bytes"
	"encoding/json"
	"iter"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// encode validates a message and prints it as compact JSON with Envoy's own field names. protojson puts spaces where it
// likes; compacting takes them out again, so that the same message always gives the same bytes.
func encode(m message) ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	loose, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(loose))
	if err := json.Compact(&b, loose); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// encodeResource is encode with the message's type, as files of xDS name it.
func encodeResource(m message) ([]byte, error) {
	data, err := encode(m)
	if err != nil {
		return nil, err
	}
	typed := append([]byte(`{"@type":"`+typePrefix), m.ProtoReflect().Descriptor().FullName()...)
	typed = append(typed, `",`...)
	return append(typed, data[1:]...), nil
}

// typePrefix begins the name of every type in an Any.
const typePrefix = "type.googleapis.com/"

// resource is a message inside another that does not name its type.
func resource(m proto.Message) *anypb.Any {
	a, err := anypb.New(m)
	if err != nil {
		return nil // only an invalid UTF-8 string fails, and no YAML document holds one
	}
	return a
}

// response is a DiscoveryResponse with each resource on a line, so that a diff shows which namespace changed.
func response(resources iter.Seq[[]byte]) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		before := []byte("{\"resources\":[\n")
		for r := range resources {
			if !yield(before) || !yield(r) {
				return
			}
			before = []byte(",\n")
		}
		if len(before) > 2 && !yield(before[:len(before)-1]) {
			return
		}
		yield([]byte("\n]}\n"))
	}
}

// pretty indents compact JSON.
func pretty(data []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return data
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func milliseconds(ms float64) *durationpb.Duration {
	return durationpb.New(time.Duration(min(ms, longestMS) * float64(time.Millisecond)))
}

func seconds(s float64) *durationpb.Duration { return milliseconds(s * 1000) }

func number(n uint32) *wrapperspb.UInt32Value { return wrapperspb.UInt32(n) }
