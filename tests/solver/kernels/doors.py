"""Kernels that only kernels call, each behind an entry that the interpreter can call."""

from solver.kernels import chance, driving, insertion, moves, pool, ruin, state, step, timing
from solver.kernels.compile import entry

PIECES = CUT, SINGLE, STRING, ROUTE, ROUTES, SCATTERED, WHOLE, STOCK = range(8)


@entry
def price(A, s, stops, n):
    return timing.price(A, s, stops, n)


@entry
def moves_on(A, s, stops, n):
    return moves.moves_on(A, s, stops, n)


@entry
def soft_price(A, j, start, end, whole):
    return timing.soft_price(A, j, start, end, whole)


@entry
def drive(A, s, here, there, leave):
    return driving.drive(A, s, here, there, leave)


@entry
def length(A, s, here, there):
    return driving.length(A, s, here, there)


@entry
def last_leave(A, s, here, there, by):
    return driving.last_leave(A, s, here, there, by)


@entry
def opening(A, j, arrive, lasts):
    return timing.opening(A, j, arrive, lasts)


@entry
def latest_start(A, j, leave, lasts):
    return state.latest_start(A, j, leave, lasts)


@entry
def refresh(A, S, s):
    state.refresh(A, S, s)


@entry
def find(A, S, j, limit, blink):
    return insertion.find(A, S, j, limit, blink)


@entry
def settle(A, S, s):
    step.settle(A, S, s)


@entry
def arrange(S, n):
    step.arrange(S, n)


@entry
def queue_absent(S, most):
    step.queue_absent(S, most)


@entry
def remember(A, S, P, s):
    pool.remember(A, S, P, s)


@entry
def take_out(A, S, piece, s, j, numbers, share):
    """One of the pieces of ruin, on a route or about a job."""
    if piece == CUT:
        state.touch(A, S, s)
        ruin.cut(A, S, s, numbers[0], numbers[1], numbers[2], numbers[3])
    elif piece == SINGLE:
        ruin.single(A, S, j)
    elif piece == STRING:
        ruin.string_at(A, S, j, share)
    elif piece == ROUTE:
        ruin.remove_route(A, S, s)
    elif piece == ROUTES:
        ruin.remove_routes(A, S, j)
    elif piece == SCATTERED:
        ruin.remove_scattered(A, S, j, share)
    elif piece == WHOLE:
        ruin.ruin(A, S, share)
    else:
        ruin.drop_needless_stock(A, S, s)


@entry
def uniform(numbers):
    return chance.uniform(numbers)


@entry
def below(numbers, n):
    return chance.below(numbers, n)
