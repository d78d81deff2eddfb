/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_STATS_H
#define HARNESS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a session may claim from its times. Pure functions: they read the
 * caller's arrays, print nothing and use no random numbers but those of a seed
 * they are given, so equal times give equal claims. The recipe is always the
 * same: order statistics instead of means, because times have a long right
 * tail; pairs from one block instead of two heaps of runs, because machines
 * drift; exact distributions instead of bell curves, because n is small.
 *
 * A time is a positive, finite number in any unit; results in units of time
 * come back in that unit. A level is the wanted coverage of an interval, from
 * 0.5 to below 1, usually 0.95. Functions that can fail return 0 or
 *     -EINVAL  no value at all, a time that is not positive and finite, a level
 *              or a p value out of range
 *     -E2BIG   more than STATS_BLOCKS_MAX blocks, or STATS_PAIRS_MAX pairs
 *     -ENOMEM
 * and leave *ret alone then. Every number in a result is finite, except that
 * NaN stands for what so few values cannot tell, where the comment says so.
 */

enum {
    /* So that the n(n+1)/2 Walsh averages stay within 64 MiB. */
    STATS_BLOCKS_MAX = 4095,
    /* Up to here signed-rank probabilities are exact, above approximate. */
    STATS_EXACT_MAX = 200,
    /* The same for two samples: pairs of one value each. 100 times 100 take a
     * tenth of a second. */
    STATS_EXACT_PAIRS = 10000,
    STATS_PAIRS_MAX = 1 << 23, /* 64 MiB of log ratios */
};

/* Two configurations are "the same" if they differ by less than this factor. */
#define STATS_SAME_RATIO 1.02

/* ---- Values ---- */

/* Whether there are any values, and all of them positive and finite. */
bool stats_are_times(const double *values, size_t n);

/* Sort n values in place, smallest first; none of them NaN. */
void stats_sort(double *values, size_t n);

/*
 * The quantile of n > 0 sorted values at `share`, from 0 to 1: type 7 of
 * Hyndman and Fan ("Sample quantiles in statistical packages", The American
 * Statistician 50, 1996), the default of R and numpy: linear between the order
 * statistics at (n - 1) * share. At 0.5 it is the usual median.
 */
double stats_quantile(const double *sorted, size_t n, double share);

/* ---- One configuration ---- */

struct stats_location {
    size_t n;
    double median;
    double low, high; /* interval of the median; NaN if n is too small for it */
    double min, max;
    double q1, q3;   /* quartiles, by stats_quantile; q3 - q1 is the IQR */
    double cv_ratio; /* standard deviation (n - 1) over mean; NaN if n = 1 */
    double r1;       /* lag-1 autocorrelation; NaN if n < 3, 0 if all equal */
    bool drift;      /* r1 > 0.2: neighbours in time resemble each other */
};

/*
 * Where the n times of one configuration lie. Times come in the order in which
 * they were measured, one a block.
 *
 * The interval is that of Hettmansperger and Sheather ("Confidence intervals
 * based on interpolated order statistics", Statistics & Probability Letters 4,
 * 1986). It needs 2^(1-n) <= 1 - level: at 0.95, six times.
 *
 * With drift it is widened about the median by sqrt((1 + r1) / (1 - r1)), since
 * n values of a first-order autoregression say as much about their mean as
 * n (1 - r1) / (1 + r1) independent ones (Bayley and Hammersley, Supplement to
 * the JRSS 8, 1946); for a median an approximation. No low end goes below 0.
 */
int stats_locate(const double *times, size_t n, double level,
                 struct stats_location *ret);

/* The same for counts and shares, which may be 0. cv_ratio is NaN if all of
 * them are. */
int stats_locate_amounts(const double *amounts, size_t n, double level,
                         struct stats_location *ret);

/* ---- Two configurations measured in the same blocks ---- */

struct stats_ratio {
    size_t n;           /* blocks; or values of the smaller sample */
    double level;       /* of the interval, as asked for */
    double ratio;       /* time of a / time of b; below 1, a is the faster */
    double low, high;   /* its interval; NaN if n is too small for the level */
    double p;           /* two-sided, for "no difference", not yet adjusted */
    double p_less;      /* share of blocks with a < b, a tie counting a half */
    double median_diff; /* median of a minus median of b, in units of time */
};

/*
 * Compare a and b, where a[i] and b[i] come from block i. Within a block the
 * order is random: without a difference between a and b the sign of each
 * log(a[i] / b[i]) is a fair coin, whatever the machine does meanwhile. Nothing
 * else is assumed for p.
 *
 * ratio     Hodges and Lehmann ("Estimates of location based on rank tests",
 *           Annals of Mathematical Statistics 34, 1963): the median of the
 *           Walsh averages (x[i] + x[j]) / 2, i <= j, of the log ratios x.
 * interval  From the c-th smallest to the c-th largest Walsh average, where c
 *           is stats_walsh_rank. If the log ratios are symmetric about their
 *           centre, its coverage is at least the level, also with ties
 *           (Noether, "Wilcoxon confidence intervals for location parameters in
 *           the discrete case", JASA 62, 1967). It needs 2^(1-n) <= 1 - level:
 *           at 0.95, six blocks.
 * p         stats_signed_rank of the log ratios.
 *
 * Swapping a and b turns ratio into 1/ratio and leaves p as it is.
 */
int stats_compare(const double *a, const double *b, size_t n, double level,
                  struct stats_ratio *ret);

/*
 * The two-sided p value of Wilcoxon's signed-rank test for n finite
 * differences. Differences of zero are dropped (Wilcoxon's own way), equal
 * magnitudes share their mean rank, and the distribution is that of the ranks
 * so found, each with a random sign: exact, ties or not, for up to
 * STATS_EXACT_MAX non-zero differences; above that the normal approximation
 * with continuity correction. Nothing but zeros gives p = 1.
 */
int stats_signed_rank(const double *differences, size_t n, double *ret);

/*
 * The c for which the c-th smallest and c-th largest Walsh average of n values
 * enclose the centre with at least this level: the largest c for which
 * 2 P(T <= c - 1) <= 1 - level, T being the signed-rank statistic without ties
 * (Hollander and Wolfe, "Nonparametric Statistical Methods", ch. 3). Exact up
 * to STATS_EXACT_MAX values, above that as in stats_signed_rank. 0 if even the
 * extremes do not suffice.
 */
int stats_walsh_rank(size_t n, double level, size_t *ret);

/* ---- Two configurations measured apart ---- */

/*
 * Compare a and b where nothing pairs their values: other blocks, another
 * session. This is the weaker comparison. Pairs cancel what the machine does
 * from block to block; here it stays in the figures, and p holds only if na +
 * nb values came in a random order, that is, if nothing but a and b themselves
 * differs between the two samples. Across sessions that is an assumption:
 * callers have to widen the interval by what they know of the sessions.
 *
 * ratio     Hodges and Lehmann (1963, as above): the median of the na nb log
 *           ratios of one value of a and one of b.
 * interval  From the c-th smallest to the c-th largest of them, where c is the
 *           largest for which 2 P(U <= c - 1) <= 1 - level (Moses; in Hollander
 *           and Wolfe, "Nonparametric Statistical Methods", ch. 4). If b's
 *           logarithms are distributed as a's, but for a shift, its coverage is
 *           at least the level. It needs 2 / binomial(na + nb, na) <= 1 -
 * level: at 0.95, four values each. p         two-sided, by the exact
 * distribution of U for up to STATS_EXACT_PAIRS pairs (Mann and Whitney, "On a
 * test of whether one of two random variables is stochastically larger than the
 *           other", Annals of Mathematical Statistics 18, 1947), above that by
 *           the normal approximation with continuity correction. Equal values
 *           count against a difference: p is the largest over all ways to break
 *           the ties. So p <= 1 - level exactly if the interval leaves 1.
 * n         the smaller of na and nb
 * p_less    share of pairs with a < b, a tie counting a half
 *
 * Swapping a and b turns ratio into 1/ratio and leaves p as it is.
 */
int stats_compare_apart(const double *a, size_t na, const double *b, size_t nb,
                        double level, struct stats_ratio *ret);

/* ---- Verdicts ---- */

enum stats_verdict {
    STATS_FASTER,      /* the interval lies below 1: a takes less time than b */
    STATS_SLOWER,      /* the interval lies above 1 */
    STATS_SAME,        /* it holds 1, and lies within STATS_SAME_RATIO of it */
    STATS_CANNOT_TELL, /* it holds 1 and more, or there is no interval */
};

/* What the interval allows to say, in this order of precedence. */
enum stats_verdict stats_judge(const struct stats_ratio *ratio);

/*
 * Half the width of the interval on the log scale, as a percentage: 1.5 means
 * that the interval is about the ratio +- 1.5 %. NaN without an interval.
 */
double stats_half_width_percent(const struct stats_ratio *ratio);

/*
 * How many more blocks the interval needs to be within +- target_percent, or to
 * settle a verdict of STATS_CANNOT_TELL; 0 if that is so already, 1e9 at most.
 * A forecast, not a promise. Its reasoning: the half-width shrinks with the
 * square root of the number of blocks, so a half-width h at n blocks becomes g
 * at n (h/g)^2. Exact intervals of a dozen blocks or less are wider than this
 * law, so the forecast errs towards too many there.
 *
 * To settle, the interval must either leave 1 or fit into the band of
 * STATS_SAME_RATIO, whichever comes first if the estimate stands; the distance
 * to go is that from the estimate to 1, or to the near edge of the band. A
 * half-width equal to this distance succeeds every other time. We ask for 0.7
 * of it: a 95 % half-width is 1.96 standard errors, 1.96 / (1.96 + 0.84) = 0.7,
 * and the estimate strays further than 0.84 of them one way in a fifth of
 * cases.
 *
 * Without an interval: the number of blocks until there is one.
 */
size_t stats_blocks_to_precision(const struct stats_ratio *ratio,
                                 double target_percent);
size_t stats_blocks_to_settle(const struct stats_ratio *ratio);

/* ---- Families of comparisons ---- */

/*
 * Adjust the n p values of one family in place, so that "any p <= alpha" is
 * wrong with a probability of alpha at most, whatever their dependence: Holm,
 * "A simple sequentially rejective multiple test procedure", Scandinavian
 * Journal of Statistics 6, 1979. p stays as it was on failure; n = 0 is fine.
 */
int stats_holm(double *p, size_t n);

/*
 * The level at which an interval agrees with Holm's test at alpha (above 0, at
 * most 0.5), from a p value before and after stats_holm:
 * 1 - alpha * p / p_adjusted, which lies between 1 - alpha and 1 - alpha/n. The
 * interval leaves 1 where p <= 1 - level, hence where p_adjusted <= alpha
 * (zeros and ties aside).
 */
double stats_holm_level(double p, double p_adjusted, double alpha);

/* ---- Scaling ---- */

/*
 * The serial fraction that explains a speed-up on so many workers (Karp and
 * Flatt, "Measuring parallel processor performance", CACM 33, 1990). Constant
 * over the workers: a serial part. Rising: overhead. Negative: more than
 * linear. NaN for fewer than two workers or a speed-up that is not above 0.
 */
double stats_karp_flatt(double speedup, unsigned workers);

/*
 * How much more n workers do than one (Gunther's universal scalability law, "A
 * simple capacity model of massively parallel transaction systems", CMG 1993):
 *
 *     C(n) = n / (1 + sigma (n - 1) + kappa n (n - 1))
 *
 * sigma is the share of the work that waits for its turn, kappa what each
 * worker costs each other one. Without kappa it is Amdahl's law ("Validity of
 * the single processor approach", AFIPS 1967), and sigma the serial fraction.
 */
struct stats_law {
    double sigma, kappa; /* neither below 0 */
};

double stats_law_capacity(const struct stats_law *law, double workers);

/* The workers with which a law does most, sqrt((1 - sigma) / kappa), but never
 * fewer than one; infinity without kappa. */
double stats_law_peak(const struct stats_law *law);

/*
 * The law closest to n > 0 capacities, all above 0. n / C - 1 is linear in
 * sigma and kappa; its squared errors are weighted with (C / n)^2, since it is
 * C that is known to about the same percentage everywhere. Least squares over
 * two variables that may not be negative have a closed form: the free solution
 * if it is allowed, else the better one of the two edges. With `amdahl` kappa
 * stays 0; it does, too, with fewer than two worker counts above one.
 */
struct stats_law stats_law_fit(const unsigned *workers, const double *capacity,
                               size_t n, bool amdahl);

struct stats_interval {
    double value, low, high;
};

/* What blocks of one model under several worker counts say about both laws. */
struct stats_scaling {
    struct stats_interval serial;       /* Amdahl's sigma */
    struct stats_interval sigma, kappa; /* Gunther's */
    struct stats_interval peak;         /* of Gunther's law; may be infinity */
};

/*
 * Fits both laws to times of a model that ran with n worker counts in each of
 * nblocks blocks: times[block * n + i] with workers[i]. These ascend and begin
 * with one worker, who is the unit: C(n) is the median of the ratios within
 * blocks. Intervals are those of a percentile bootstrap (Efron, "Bootstrap
 * methods: another look at the jackknife", Annals of Statistics 7, 1979) that
 * draws whole blocks, because the times of one block are one another's mood.
 * `seed` decides the draws: equal input gives equal intervals.
 *
 * At the edge, where the truth is kappa = 0, they leave it out more seldom than
 * promised: in 1.5 % of 2000 simulated sessions. When to believe a fit is the
 * caller's business.
 */
int stats_scale(const double *times, size_t nblocks, const unsigned *workers,
                size_t n, double level, uint64_t seed,
                struct stats_scaling *ret);

#endif
