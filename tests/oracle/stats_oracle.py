#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write tests/oracle/stats_oracle.h: the answers tests/test_stats.c expects.

Every answer comes from numpy and scipy (1.24 and 1.10, Debian's python3-scipy),
or, where they have no such function, from a slow and plain computation: exact
integers and every one of the 2^n signs. Nothing here follows the C code. Run
it only to change the cases:

    python3 tests/oracle/stats_oracle.py > tests/oracle/stats_oracle.h
"""

import itertools
import math

import numpy
import scipy.stats

random = numpy.random.RandomState(20261121)  # whose stream numpy has frozen


def round_times(values):
    """Whole numbers, as a clock gives them: the file holds them exactly."""
    return [float(round(value)) for value in values]


# ---- One configuration ----


def median_interval(times, level):
    """Hettmansperger and Sheather 1986, by scipy's binomial distribution."""
    x, n = sorted(times), len(times)

    def coverage(d):
        return 1 - 2 * scipy.stats.binom.cdf(d - 1, n, 0.5)

    if coverage(1) < level:
        return math.nan, math.nan
    d = max(d for d in range(1, n // 2 + 1) if coverage(d) >= level)
    share = (coverage(d) - level) / (coverage(d) - coverage(d + 1))
    weight = (n - d) * share / (d + (n - 2 * d) * share)
    low = (1 - weight) * x[d - 1] + weight * x[d]
    high = (1 - weight) * x[n - d] + weight * x[n - d - 1]
    return low, high


def locate(times, level):
    n, median = len(times), numpy.median(times)
    low, high = median_interval(times, level)
    deviations = numpy.array(times) - numpy.mean(times)
    r1 = math.nan
    if n >= 3:
        products = numpy.dot(deviations[1:], deviations[:-1])
        r1 = products / numpy.dot(deviations, deviations)
    if r1 > 0.2:
        factor = math.sqrt((1 + r1) / (1 - r1))
        low = max(0, median + factor * (low - median))
        high = median + factor * (high - median)
    cv = scipy.stats.variation(times, ddof=1) if n > 1 else math.nan
    return median, low, high, *numpy.percentile(times, [25, 75]), cv, r1


def location_cases():
    for n in (1, 2, 3, 5, 6, 7, 10, 20, 41, 200):
        yield round_times(20e6 * random.lognormal(0, 0.1, n)), 0.95
    for level in (0.5, 0.9, 0.99):
        yield round_times(20e6 * random.lognormal(0, 0.1, 15)), level
    yield round_times(20e6 + numpy.cumsum(random.normal(0, 1e5, 30))), 0.95
    yield [float(i) for i in range(1, 21)], 0.95
    yield round_times(random.choice([1000, 1300], 24, p=[0.7, 0.3])), 0.95
    # So many that 2^-n underflows.
    yield round_times(random.uniform(100, 999, 1200)), 0.95


# ---- Signed rank ----


def sum_counts(ranks2):
    """How many of the 2^n signs give each sum of (doubled) ranks."""
    counts = {0: 1}
    for rank2 in ranks2:
        more = dict(counts)
        for total, ways in counts.items():
            more[total + rank2] = more.get(total + rank2, 0) + ways
        counts = more
    return counts


def every_sign_p(differences):
    """Two-sided p by trying all signs, as the definition has it."""
    kept = [d for d in differences if d != 0]
    ranks = scipy.stats.rankdata(numpy.abs(kept))
    seen = abs(sum(r if d > 0 else -r for r, d in zip(ranks, kept)))
    signs = itertools.product((1, -1), repeat=len(kept))
    extreme = sum(abs(numpy.dot(s, ranks)) >= seen for s in signs)
    return extreme / 2 ** len(kept)


def exact_p(differences):
    """Two-sided p by exact integers, for more signs than can be tried."""
    kept = [d for d in differences if d != 0]
    ranks2 = [round(2 * rank) for rank in scipy.stats.rankdata(numpy.abs(kept))]
    positive = sum(rank for rank, d in zip(ranks2, kept) if d > 0)
    smaller = min(positive, sum(ranks2) - positive)
    ways = sum(w for total, w in sum_counts(ranks2).items() if total <= smaller)
    return min(1.0, 2 * ways / 2 ** len(kept))


def signed_rank_p(differences):
    nonzero = [d for d in differences if d != 0]
    n, magnitudes = len(nonzero), len({abs(d) for d in nonzero})
    if n == 0:
        return 1.0
    if n > 200:
        answer = scipy.stats.wilcoxon(nonzero, mode="approx", correction=True)
        return answer.pvalue
    if n == magnitudes:
        return scipy.stats.wilcoxon(nonzero, mode="exact").pvalue
    return every_sign_p(nonzero) if n <= 12 else exact_p(nonzero)


def signed_rank_cases():
    for n in (1, 2, 5, 6, 9, 20, 50, 120, 200, 260):
        shift = 1.5 / math.sqrt(n)
        yield [round(float(d), 6) for d in random.normal(shift, 1, n)]
    for n, top in ((8, 3), (12, 4), (12, 9), (60, 8), (200, 30), (260, 40)):
        yield round_times(random.uniform(-top + 0.9, top + 0.1, n))
    yield [float(d) for d in range(1, 13)]
    yield [0.0, 0.0, 0.0]
    yield [0.0, 3.0, 0.0, 4.0, 5.0]


def walsh_rank(n, level):
    """The count of sums t with 2 P(T <= t) <= 1 - level."""
    if n > 200:
        mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        tail = scipy.stats.norm.ppf((1 - level) / 2)
        return math.floor(mean + 0.5 + sd * tail)
    counts = sum_counts(range(1, n + 1))
    ways = rank = 0
    while 2 * (ways + counts[rank]) / 2**n <= 1 - level:
        ways += counts[rank]
        rank += 1
    return rank


# ---- Two configurations ----


def compare(a, b, level):
    logs = [math.log(x / y) for x, y in zip(a, b)]
    pairs = itertools.combinations_with_replacement(logs, 2)
    averages = sorted((x + y) / 2 for x, y in pairs)
    rank = walsh_rank(len(logs), level)
    low = math.exp(averages[rank - 1]) if rank else math.nan
    high = math.exp(averages[-rank]) if rank else math.nan
    less = sum(0.5 + 0.5 * numpy.sign(y - x) for x, y in zip(a, b)) / len(a)
    difference = numpy.median(a) - numpy.median(b)
    ratio = math.exp(numpy.median(averages))
    return ratio, low, high, signed_rank_p(logs), less, difference


def ratio_cases():
    sizes = (1, 5, 6, 7, 10, 24, 60, 200, 230)
    levels = (0.95, 0.95, 0.95, 0.9, 0.95, 0.965, 0.99, 0.95, 0.95)
    for n, level in zip(sizes, levels):
        mood = 20e6 * random.lognormal(0, 0.2, n)
        a = mood * random.lognormal(0.05, 0.05, n)
        b = mood * random.lognormal(0, 0.05, n)
        yield round_times(a), round_times(b), level


# ---- Two configurations measured apart ----


def pair_counts(na, nb):
    """How many of the binomial(na + nb, na) orders give each number of pairs
    with the value of a above that of b: a subset of ranks and its sum."""
    counts = [{0: 1}] + [{} for _ in range(na)]
    for rank in range(1, na + nb + 1):
        for size in range(min(rank, na), 0, -1):
            for total, ways in counts[size - 1].items():
                more = counts[size]
                more[total + rank] = more.get(total + rank, 0) + ways
    least = na * (na + 1) // 2
    return {total - least: ways for total, ways in counts[na].items()}


def apart_p(logs, na, nb):
    """Two-sided; ties go where they make it larger."""
    below = sum(x <= 0 for x in logs)
    above = sum(x >= 0 for x in logs)
    u = min(below, above)
    if u > na * nb // 2:
        return 1.0
    if na * nb > 10000:
        mean, sd = na * nb / 2, math.sqrt(na * nb * (na + nb + 1) / 12)
        return min(1.0, 2 * scipy.stats.norm.cdf((u + 0.5 - mean) / sd))
    ways = sum(w for t, w in pair_counts(na, nb).items() if t <= u)
    return min(1.0, 2 * ways / math.comb(na + nb, na))


def apart_rank(na, nb, level):
    """The count of u with 2 P(U <= u) <= 1 - level."""
    if na * nb > 10000:
        mean, sd = na * nb / 2, math.sqrt(na * nb * (na + nb + 1) / 12)
        tail = scipy.stats.norm.ppf((1 - level) / 2)
        return max(0, math.floor(mean - 0.5 + sd * tail) + 1)
    counts, ways, rank = pair_counts(na, nb), 0, 0
    while 2 * (ways + counts[rank]) / math.comb(na + nb, na) <= 1 - level:
        ways += counts[rank]
        rank += 1
    return rank


def compare_apart(a, b, level):
    na, nb = len(a), len(b)
    logs = sorted(math.log(x) - math.log(y) for x in a for y in b)
    rank = apart_rank(na, nb, level)
    low = math.exp(logs[rank - 1]) if rank else math.nan
    high = math.exp(logs[-rank]) if rank else math.nan
    p = apart_p(logs, na, nb)
    if 0 not in logs and na * nb <= 10000:
        # No ties: scipy has the exact answer, by another way.
        answer = scipy.stats.mannwhitneyu(a, b, method="exact")
        assert math.isclose(p, answer.pvalue, rel_tol=1e-9), (p, answer)
    less = sum(0.5 + 0.5 * numpy.sign(y - x) for x in a for y in b) / na / nb
    difference = numpy.median(a) - numpy.median(b)
    return math.exp(numpy.median(logs)), low, high, p, less, difference


def apart_cases():
    sizes = ((1, 1), (3, 4), (4, 4), (6, 6), (10, 24), (24, 10), (33, 33),
             (60, 60), (101, 101))
    levels = (0.95, 0.95, 0.95, 0.95, 0.965, 0.99, 0.95, 0.95, 0.95)
    for (na, nb), level in zip(sizes, levels):
        yield (round_times(20e6 * random.lognormal(0.05, 0.05, na)),
               round_times(20e6 * random.lognormal(0, 0.05, nb)), level)
    yield [5.0] * 8, [5.0] * 8, 0.95
    # A clock that counts in coarse steps: many ties.
    yield (round_times(random.uniform(7, 13, 20)),
           round_times(random.uniform(5, 11, 15)), 0.9)


# ---- Writing ----


def number(value):
    return "NAN" if math.isnan(value) else repr(float(value))


def numbers(values):
    return ", ".join(number(value) for value in values)


def array(name, values):
    print(f"static const double {name}[] = {{{numbers(values)}}};")


def table(kind, fields, rows):
    print(f"\nstatic const struct oracle_{kind} {{\n    size_t n;")
    for field in fields:
        print(f"    {field};")
    print(f"}} oracle_{kind}s[] = {{")
    for row in rows:
        print(f"    {{{row}}},")
    print("};")
    print()


def main():
    print("/* SPDX-License-Identifier: MIT */")
    print("/* Written by tests/oracle/stats_oracle.py: change that instead. */")
    print("/* clang-format off */")
    print("#ifndef ORACLE_STATS_ORACLE_H\n#define ORACLE_STATS_ORACLE_H\n")
    print("#include <math.h>\n#include <stddef.h>")
    print()

    rows = []
    for i, (times, level) in enumerate(location_cases()):
        array(f"times_{i}", times)
        answers = numbers(locate(times, level))
        rows.append(f"{len(times)}, times_{i}, {level}, {answers}")
    names = "level, median, low, high, q1, q3, cv_ratio, r1"
    table("location", ["const double *times", f"double {names}"], rows)

    rows = []
    for i, differences in enumerate(signed_rank_cases()):
        array(f"differences_{i}", differences)
        p = number(signed_rank_p(differences))
        rows.append(f"{len(differences)}, differences_{i}, {p}")
    table("signed_rank", ["const double *differences", "double p"], rows)

    rows = []
    for n in (1, 4, 5, 6, 7, 8, 10, 24, 60, 199, 200, 201, 400):
        for level in (0.5, 0.9, 0.95, 0.965, 0.99):
            rows.append(f"{n}, {level}, {walsh_rank(n, level)}")
    table("walsh_rank", ["double level", "size_t rank"], rows)

    rows = []
    for i, (a, b, level) in enumerate(ratio_cases()):
        array(f"a_{i}", a)
        array(f"b_{i}", b)
        answers = numbers(compare(a, b, level))
        rows.append(f"{len(a)}, a_{i}, b_{i}, {level}, {answers}")
    names = "level, ratio, low, high, p, p_less, median_diff"
    table("ratio", ["const double *a, *b", f"double {names}"], rows)

    rows = []
    for i, (a, b, level) in enumerate(apart_cases()):
        array(f"apart_a_{i}", a)
        array(f"apart_b_{i}", b)
        answers = numbers(compare_apart(a, b, level))
        rows.append(f"{len(a)}, {len(b)}, apart_a_{i}, apart_b_{i}, {level}, "
                    f"{answers}")
    table("apart", ["size_t nb", "const double *a, *b", f"double {names}"],
          rows)
    print("#endif")


if __name__ == "__main__":
    main()
