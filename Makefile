.PHONY: all build test golden lint bench e2e fuzz property example
all: lint test
# A release is built by this very command: without paths of this machine and without a C library, so the same commit gives
# the same bytes everywhere, and without the tables for debuggers, a third of the size.
BIN = bin/paasta-render
build:
	@echo "building $(BIN); the first time it downloads 110 MB of modules and takes some minutes"
	@said=$$(CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/paasta-render 2>&1) || { echo "$$said"; exit 1; }
# The race detector makes the long random tests ten times slower and finds nothing more in them: with it they take a
# sample, and without it all. `make lint` vets all that is tested.
test:
	CGO_ENABLED=1 go test -vet=off -race -short -timeout 20m ./...
	go test -vet=off -timeout 20m ./cmd/... ./golden ./golden/review ./compiler/yaml11
golden:
	go test ./golden ./golden/review -update && git add -N golden && git diff --stat -- golden schema compiler/finding targets
lint:
	test -z "$$(gofmt -l cmd compiler schema targets golden examples)" && go vet ./... && go tool staticcheck ./...
bench:
	.ci/bench
e2e:
	go test -tags e2e -timeout 30m -v ./golden/e2e ./targets/... ./compiler/output ./cmd/paasta-render
fuzz:
	for f in FuzzParse 'FuzzQuick$$' FuzzQuickJSON; do go test ./compiler/yaml11 -run '^$$' -fuzz "$$f" -fuzztime 10m || exit; done
property:
	MUTANTS=20000 go test ./golden -run TestMutants -timeout 2h
	PUBLISH_SEQUENCES=10000 go test ./cmd/paasta-render -run TestIncrementalPublishEqualsAFullOne -timeout 12h
example: build
	$(BIN) render -d examples/company -o out
