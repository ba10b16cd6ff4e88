"""Writes YAML documents and what PyYAML, by libyaml, makes of each: one JSON object for each line.

    python3 answers.py COUNT SEED > answers.jsonl

Documents are pieces of configuration files, put together and damaged at random by a fixed seed. PaaSTA reads its files
with yaml.CSafeLoader, and so does this script. Values are written with their types: ["int", "5"], ["str", "5"]. Of a
refused document the exception's type and its place, from 0, are written. The sample in answers.jsonl is that of
"3000 1"; a larger one is compared with ANSWERS=FILE go test ./compiler/yaml11 -run Answers.
"""
import datetime
import json
import random
import sys

import yaml

SCALARS = """a b web main 1 0 -1 +1 1.5 1e3 1e-1 .5 0o17 017 0x1F 0b11 1_000 190:20:30 1:30 12:30:45.5 yes no on off y n true
True TRUE null Null ~ = << .inf -.inf .nan 2001-12-14 2001-12-14t21:59:43.10-05:00 2001-1-1 0777 08 09 1. +.5 -
2001-12-14|21:59:43 ? : [] {} [a] [a,b] [a,] {a:1} {a} {a:|1} {a:} [a:] {a:,} [a:|b] {a,b:|2} 'a' "a" 'it''s' "a\\nb" "a\\/b" "\\x41"
"\\u00e9" "\\q" "\\|a" a|b a|#|c a#b a:b a:|b a|:|b http://x:80/ &a|1 *a &a &a|&b|1 !!str|1 !!int|"1" !!int|x !!float|1 !!float|x !!bool|yes
!!bool|x !!null|x !!null|'' !!binary|aGk= !!binary|%% !!set|{a,b} !!set|{a:|1} !!omap|[a:|1] !!omap|[a] !!pairs|[a:|1,a:|2] !!seq|[a] !!map|{a:|1}
!!map|[a] !!seq|{a:|1} !!timestamp|2001-01-01 !|a !|1 !foo|a !!foo|a !<tag:yaml.org,2002:str>|1 !!python/tuple|[a] @a `a %a |a >a
- -a --- ... a|| "a 'a [a {a a] a} , a, é \u00e9 \u2028 \u0085 \ufeff 日本 \U0001f600 \u0007 \t \ta a\t a|\t#c 9999999999999999999 -0 00 0.0 1e400
0xG 1__0 _1 1_ 0_ -0x1 +0b1 0b 0x -017 1:60 1:5:3 -1:30 1:30.5 .5e+3 5.e3 5.5e+3 5.5e3 ._5 .5. 1.2.3 10.0.0.1""".split()
SCALARS = [s.replace("|", " ") for s in SCALARS] + ["|", ">", "|-", "|+", ">-", "|2", ">1-", "|a", "", " "]
KEYS = """a b c web main cpus 1 1.0 true yes null ~ "a" 'b' = << ? [a] {a:|1} &x|a *x !!str|a 2001-01-01 a|b .nan 01 0x1 é -
http://x -a ?a :a a: """.split()
KEYS = [s.replace("|", " ") for s in KEYS]
LINES = ["---", "...", "%YAML 1.1", "%YAML 1.2", "%YAML 2.0", "%YAML 1.1 ", "%TAG ! tag:x,2000:", "%FOO", "# comment", "", "  ", "\t", "- - a", "? a",
         ": b", "- a: 1", "  b: 2", "- ? a", "-", "--- a", "--- |", "--- {a: 1}", "... a", "a: &a {b: 1}", "<<: *a", "<<: [*a, *b]", "<<: {c: 1}",
         "<<: 5", "a: *a", "b: *nope", "a: &a", "b: &a 2", "c: &a 3", "a: &a [*a]", "a: |", "  text", "   more", "a: >", " folded", "a: 'x", "  y'", 'b: "x',
         '  y"', "a: [", "  b, c", "]", "a: {", "  b: 1", "}", "a: b: c", "a : b", "a:b", "a:\tb", "a: b\t# c", "\ta: b", " \ta: b", "a: b # c", "a: # c",
         "!!set", "a: !!set", "  ? x", "  ? y", "a: !!omap", "  - x: 1", "a: !!pairs", "a: !!binary |", "  aGVsbG8=", "null: 1", "~: 2", "1: a", "1.0: b",
         "true: c", "? [a, b]", "? {a: b}", "? |", "  key", "- a\n - b", " - a", "a: - b", "a:\n- b", "a:\n  - b\n  c: d", "*a : 1", "&a a: 1", "!!str a: 1",
         "a: \"\\/\"", "a: '\\/'", "a: [a: b, c]", "a: {b, c: d}", "a: {? b : c}", "a: [? b : c]", "a: [b\n, c]", "a: {b: [c}, d]", "key: value", "a: @b", "a: `b",
         "a: %b", "a: ,", "a: ]", "a: !", "a: ! b", "a: !!", "a: &", "a: *", "a: & b", "- !!null", "- !!int 0x", "=: 1", "a: =", "a: <<", "? <<", "\"<<\": {a: 1}"]
LINES = LINES + ["a: {\"b\":c}", "a: [\"b\":c]", "a: {b:c}", "a: {b: c,}", "a: [,]", "a: {,}", "a: [a,,b]", "a: 'b' c", "a: \"b\" c", "a: [b] c", "a: {b: c} d", "\"a\":b", "[a]: b", "[a: b]: c", "a: b\n  c", "a: b\n c: d", "a:\n b\n c", "a: |\n b\n\tc", "a: |\n\n  b\n c", "a: \"b\n  c\"", "a: \"b\nc\"", "a: 'b\n\n  c'", "a: b\n\n  c", "a: >\n  b\n  c\n\n  d\n"]


def document(rnd):
    """Returns one document: lines of configuration, keys and values, and sometimes damage."""
    lines = []
    for _ in range(rnd.choice([1, 1, 2, 2, 3, 3, 4, 6])):
        how = rnd.random()
        indent = " " * rnd.choice([0, 0, 0, 0, 0, 2, 2, 1, 4])
        if how < 0.45:
            lines.append(indent + rnd.choice(LINES))
        elif how < 0.8:
            lines.append(indent + rnd.choice(KEYS) + rnd.choice([": ", ": ", ": ", ":", " : ", ":\t"]) + rnd.choice(SCALARS))
        elif how < 0.9:
            lines.append(indent + "- " + rnd.choice(SCALARS))
        else:
            open_, close = rnd.choice(["[]", "{}"])
            inner = rnd.choice([", ", ",", ": "]).join(rnd.choice(SCALARS) for _ in range(rnd.randrange(4)))
            lines.append(indent + rnd.choice(["a: ", "- ", ""]) + open_ + inner + close)
    text = rnd.choice(["\n", "\n", "\n", "\n", "\r\n"]).join(lines) + rnd.choice(["\n", "\n", ""])
    if rnd.random() < 0.15 and text:
        at = rnd.randrange(len(text))
        text = text[:at] + rnd.choice([" ", "\t", ":", "-", "#", "\"", "'", "[", "]", "{", "}", "&", "*", "!", "|", ">", ",", "?", "\n", ""]) + text[at + rnd.randrange(2):]
    return text


def value(v, above=()):
    """Returns a value with its types."""
    if id(v) in above:
        return ["recursive"]
    if isinstance(v, dict):
        return ["dict", [[value(k), value(x, above + (id(v),))] for k, x in v.items()]]
    if isinstance(v, (set, frozenset)):
        return ["set", sorted([value(k) for k in v], key=json.dumps)]
    if isinstance(v, list):
        return ["list", [value(x, above + (id(v),)) for x in v]]
    if isinstance(v, tuple):
        return ["list", [value(x, above + (id(v),)) for x in v]]
    if isinstance(v, bytes):
        return ["bytes", v.hex()]
    if v is None:
        return ["None"]
    if isinstance(v, (datetime.date, datetime.datetime)):
        return [type(v).__name__, str(v)]
    if isinstance(v, (bool, int, float)):
        return [type(v).__name__, repr(v)]
    return [type(v).__name__, v]


def answer(text):
    """Returns what PyYAML says of a document."""
    try:
        return {"text": text, "value": value(yaml.load(text, Loader=yaml.CSafeLoader))}
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        first = e.context_mark
        out = {"text": text, "error": type(e).__name__, "why": e.problem or e.context}
        if mark:
            out["line"], out["column"] = mark.line, mark.column
        if first and e.problem_mark:
            out["from"] = [first.line, first.column]
        return out
    except Exception as e:  # PyYAML's constructors raise ValueError, TypeError, … for some scalars
        return {"text": text, "error": type(e).__name__, "why": str(e)[:80]}


def main():
    rnd = random.Random(int(sys.argv[2]))
    seen = set()
    while len(seen) < int(sys.argv[1]):
        text = document(rnd)
        if text not in seen:
            seen.add(text)
            print(json.dumps(answer(text), ensure_ascii=True))


main()
