"""How a day grows is measured on days that are the same everywhere."""

from argparse import ArgumentParser

from benchmarks import scale


def test_a_size_is_planned_and_becomes_a_row():
    parser = ArgumentParser()
    scale.add(parser)
    args = parser.parse_args(["--sizes", "20", "--per-job", "20", "--workers", "1"])
    row = scale.grown(20, args)
    assert (row.jobs, row.technicians, row.pieces) == (20, 2, False)
    assert row.iterations >= 400
    assert 0 <= row.unserved < 20
    assert scale._line(row).count("|") == scale.HEAD.count("|") == scale.RULE.count("|")
