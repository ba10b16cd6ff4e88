"""Writes what a version of croniter says of cron expressions: "expression<TAB>taken|refused" for each line of stdin.

PaaSTA asks for the next five runs (validate.list_upcoming_runs), and an expression is taken when there are five.
croniter.tsv joins the answers of 1.3.4 and of 7.0.0. Run it with a Python that has the version installed:

    cut -f1 croniter.tsv | python3 croniter.py
"""
import datetime
import os
import sys

sys.path.remove(os.path.dirname(os.path.abspath(__file__)))  # this file has the module's name
from croniter import croniter  # noqa: E402

START = datetime.datetime(2024, 2, 28, 22, 0, tzinfo=datetime.timezone.utc)

for line in sys.stdin:
    expression = line.rstrip("\n")
    try:
        runs = croniter(expression, START)
        for _ in range(5):
            runs.get_next(datetime.datetime)
        verdict = "taken"
    except Exception:
        verdict = "refused"
    print(expression, verdict, sep="\t")
