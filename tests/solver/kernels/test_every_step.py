"""The kernels and the definition agree after every single step."""

import pytest

from tests.solver.kernels.every_step import JOBS_OF_A_PROBLEM, SHIFTS_OF_A_PROBLEM, assert_every_step, main
from tests.solver.kernels.states import plain_problem_of, problem_of


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("of", [problem_of, plain_problem_of], ids=["any", "plain"])
def test_kernels_and_definition_agree_after_every_step(of, seed):
    assert_every_step(of(seed, JOBS_OF_A_PROBLEM, SHIFTS_OF_A_PROBLEM), seed, steps=100)


def test_the_command_says_how_many_steps_it_looked_at(capsys):
    assert main(["--problems", "1", "--steps", "3", "--seed", "100"]) == 0
    assert capsys.readouterr().out == "6 steps on 2 problems: no difference\n"
