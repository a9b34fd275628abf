"""The search on coupled problems: steps as in `step`, of units instead of jobs, with linked jobs timed together.

What belongs together is ruined together: the jobs of a bundle, those that need one that is taken out, often the rest of a group.
"""

import numpy as np

from solver.arrays import UNSERVED, Arrays
from solver.kernels.chance import below, uniform
from solver.kernels.compile import entry, inlined, jit, pasted
from solver.kernels.links import RELINKED, renew
from solver.kernels.moves import MOVES, SAVES, dropped, is_kept
from solver.kernels.pool import Pool, remember
from solver.kernels.ruin import (
    REMOVED,
    a_served_job,
    drop_needless_stock,
    remove_routes,
    remove_scattered,
    remove_strings,
    single,
)
from solver.kernels.state import (
    ABSENT,
    ABSENT_AT,
    BEST,
    COST,
    IN_ORDER,
    JOBS,
    SHIFT,
    SINCE_BEST,
    SIZE,
    STALE,
    STEP,
    STOCKED,
    TOTAL,
    TOUCHED,
    State,
    attend,
    keep_best,
    leave_out,
    locate,
    undo,
)
from solver.kernels.step import (
    BLINK,
    DEAREST_MOVE,
    FILL,
    LOAD,
    RETRIED,
    SETTLED,
    arrange,
    queue_absent,
    settle_touched,
    stock_anywhere,
)
from solver.kernels.timing import FOREVER, copy
from solver.kernels.units import is_served, put_back
from solver.ties import (
    ASK,
    BEGIN,
    CEIL,
    DIFFERENT_TECHNICIANS,
    EXTRA,
    FLOOR,
    IS_BEFORE,
    LATEST,
    MEMBERS,
    MEMBERS_END,
    NEEDS,
    OLD_EXTRA,
    OLD_WORST,
    OTHER,
    WORST,
)

GROUPED = 0.5  #: chance that the jobs of a group go with one of them
CHAINED = 0.3  #: chance that jobs linked to one that is taken out go with it


@entry
def search_coupled(A: Arrays, S: State, P: Pool, steps: int, hot: float, cold: float, share: float) -> None:
    """What `step.search` does, on a coupled problem; of the plan taken up an illegal route has the cost `ILLEGAL`."""
    if steps == LOAD:
        load_coupled(A, S)
        return
    filling = steps == FILL
    cooling = (cold / hot) ** (1.0 / steps) if hot > 0.0 and steps > 0 else 1.0
    heat = hot
    for _ in range(max(steps, 1)):
        before = S.number[TOTAL]
        S.number[STEP] += 1
        S.number[TOUCHED] = 0
        S.number[IN_ORDER] = 0
        save(A)
        legal = filling or ruin_coupled(A, S, share)
        heat *= cooling
        S.number[SINCE_BEST] += 1
        if legal:
            queue_absent(S, S.number[ABSENT] if filling else np.int64(RETRIED))
            recreate_coupled(A, S, 0.0 if filling else BLINK)
            limit = before - heat * np.log(1.0 - uniform(S.chance))
            if filling or S.number[TOTAL] < limit or uniform(S.chance) < SETTLED:
                legal = settle_coupled(A, S)
            legal = legal and (not A.limited or moves_enough(A, S, heat)) and (filling or S.number[TOTAL] < limit)
        if legal:
            commit_coupled(A, S, P, S.number[TOTAL] < before)
        else:
            undo_coupled(A, S)
            S.number[TOTAL] = before


@pasted
def moves_enough(A: Arrays, S: State, heat: float) -> bool:
    """What `step.keeps_limits` does, counted from nothing."""
    count, guide = count_moves(A, S), S.eased[A.n_shifts, SAVES]
    if not is_kept(A, count):
        S.eased[A.n_shifts, SAVES] = min(np.int64(1.1 * guide + heat) + 1, np.int64(DEAREST_MOVE))
        return False
    S.eased[A.n_shifts, SAVES] = np.int64(0.95 * guide)
    return True


@jit
def count_moves(A: Arrays, S: State) -> int:
    """The moves of all routes, and of all jobs that are left out."""
    count = np.int64(0)
    for s in range(A.n_shifts):
        count += S.eased[s, MOVES]
    for j in range(A.n_jobs):
        if S.where[j, SHIFT] < 0:
            count += dropped(A, j)
    return count


@pasted
def save(A: Arrays) -> None:
    """Remember what `undo_coupled` needs."""
    T = A.ties
    T.late[OLD_EXTRA], T.late[OLD_WORST] = T.late[EXTRA], T.late[WORST]
    for k in range(T.linked.shape[0]):
        copy(T.meet[T.linked[k]], T.saved[T.linked[k]], 6)


@jit
def undo_coupled(A: Arrays, S: State) -> None:
    """Put back the routes touched in this step, and when linked jobs meet."""
    T = A.ties
    for k in range(S.number[IN_ORDER]):
        u = T.head[S.order[k]]
        for a in range(T.unit_span[u, 0], T.unit_span[u, 1]):
            for i in range(T.alternative[a, 0], T.alternative[a, 1]):
                S.where[T.leg[i], SHIFT] = -1
    undo(A, S)
    T.late[EXTRA], T.late[WORST] = T.late[OLD_EXTRA], T.late[OLD_WORST]
    for k in range(T.linked.shape[0]):
        copy(T.saved[T.linked[k]], T.meet[T.linked[k]], 6)
    for s in range(A.n_shifts):
        T.dirty[s] = 0


@pasted
def load_coupled(A: Arrays, S: State) -> None:
    """Derive everything from the stops in the state, and keep that plan as the best."""
    T = A.ties
    S.number[TOTAL], S.number[ABSENT], S.number[TOUCHED] = 0, 0, 0
    S.number[STEP] += 1
    T.late[EXTRA] = 0
    for j in range(A.n_jobs):
        S.where[j, SHIFT], S.where[j, ABSENT_AT] = -1, -1
        T.meet[j, FLOOR], T.meet[j, CEIL], T.meet[j, BEGIN], T.meet[j, LATEST] = -FOREVER, FOREVER, 0, FOREVER
    for s in range(A.n_shifts):
        locate(A, S, s)
        S.route[s, COST] = 0
        S.route[s, STALE] = 1
        T.dirty[s] = RELINKED
    renew(A, S)
    for u in range(A.n_jobs):
        if T.head[u] == u and not is_served(A, S, u):
            leave_out(S, u)
            S.number[TOTAL] += A.job[u, UNSERVED]
    keep_best(A, S)


@pasted
def ruin_coupled(A: Arrays, S: State, share: float) -> bool:
    """Take units out; they wait in `S.order`, each named by its head. False if the rest is illegal."""
    T = A.ties
    dice, total = uniform(S.chance), S.number[TOTAL]
    seed = a_served_job(A, S)
    if seed < 0:
        return True
    if dice < 0.03:
        remove_routes(A, S, seed)
    elif dice < 0.06:
        remove_scattered(A, S, seed, share)
    else:
        remove_strings(A, S, seed, share)
    take_with(A, S)
    S.number[TOTAL] = total + heads_only(A, S)
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        locate(A, S, s)
        if S.route[s, STOCKED] <= S.route[s, SIZE]:
            drop_needless_stock(A, S, s)
            locate(A, S, s)
        T.dirty[s] = RELINKED
    return renew(A, S)


@pasted
def take_with(A: Arrays, S: State) -> None:
    """Take out what must not stay without the jobs taken out, and by chance what is linked to them or in a group with them."""
    T = A.ties
    many = uniform(S.chance) < CHAINED
    k = 0
    while k < S.number[IN_ORDER]:
        j = S.order[k]
        k += 1
        few = S.number[IN_ORDER] < 3 * REMOVED
        u = T.head[j]
        for a in range(T.unit_span[u, 0], T.unit_span[u, 1]):
            for i in range(T.alternative[a, 0], T.alternative[a, 1]):
                take_one(A, S, T.leg[i])
                for m in range(T.link_span[T.leg[i], 0], T.link_span[T.leg[i], 1]):
                    if (T.link[m, NEEDS] and T.link[m, IS_BEFORE]) or (many and few):
                        take_one(A, S, T.link[m, OTHER])
        for i in range(T.group_span[j, 0], T.group_span[j, 1]):
            g = T.in_group[i]
            if T.group[g, ASK] != DIFFERENT_TECHNICIANS and few and uniform(S.chance) < GROUPED:
                for m in range(T.group[g, MEMBERS], T.group[g, MEMBERS_END]):
                    take_one(A, S, T.member[m])


@inlined
def take_one(A: Arrays, S: State, j: int) -> None:
    """Take a job out if it is served."""
    if S.where[j, SHIFT] >= 0:
        single(A, S, j)


@pasted
def heads_only(A: Arrays, S: State) -> int:
    """Write the heads of the units taken out to `S.order` in place of their jobs; returns the price of leaving them out."""
    T = A.ties
    n, money = 0, np.int64(0)
    for k in range(S.number[IN_ORDER]):
        u = T.head[S.order[k]]
        if T.mark[u] != S.number[STEP]:
            T.mark[u] = S.number[STEP]
            S.order[n] = u
            n += 1
            money += A.job[u, UNSERVED]
    S.number[IN_ORDER] = n
    return money


@pasted
def recreate_coupled(A: Arrays, S: State, blink: float) -> None:
    """Put the units of `S.order` back where each is cheapest, one after the other."""
    n = S.number[IN_ORDER]
    way = below(S.chance, A.order.shape[0] + 2)
    if way >= A.order.shape[0]:
        way = 0
    for k in range(n):
        S.key[k] = uniform(S.chance) if way == 0 else A.order[way, S.order[k]]
    arrange(S, n)
    put_back(A, S, n, blink)


@pasted
def settle_coupled(A: Arrays, S: State) -> bool:
    """Move breaks and stops for stock to where they cost least, and time linked jobs again; False if that is illegal."""
    if A.stock == A.n_jobs and not stock_anywhere(S):
        return True
    settle_touched(A, S)
    for k in range(S.number[TOUCHED]):
        A.ties.dirty[S.touched[k]] = 1
    return renew(A, S)


@pasted
def commit_coupled(A: Arrays, S: State, P: Pool, better: bool) -> None:
    """Accept a step: list which units are absent now, keep the plan if it is the best, remember routes that nothing couples."""
    for k in range(S.number[IN_ORDER]):
        u = S.order[k]
        if is_served(A, S, u):
            if S.where[u, ABSENT_AT] >= 0:
                attend(S, u)
        elif S.where[u, ABSENT_AT] < 0:
            leave_out(S, u)
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        S.route[s, STALE] = 1
        if better and is_free(A, S, s):
            remember(A, S, P, s)
    if S.number[TOTAL] < S.number[BEST]:
        keep_best(A, S)


@inlined
def is_free(A: Arrays, S: State, s: int) -> bool:
    """Whether a route has nothing to do with others."""
    if A.worst_rate or A.ties.rival_span[s, 0] < A.ties.rival_span[s, 1]:
        return False
    for i in range(S.route[s, SIZE]):
        if S.stops[s, i] < A.n_jobs and not A.ties.free[S.stops[s, i]]:
            return False
    return S.route[s, JOBS] > 0
