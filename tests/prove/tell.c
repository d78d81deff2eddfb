/* SPDX-License-Identifier: MIT */
/*
 * From counts to words. A share of n draws is itself uncertain by its standard
 * error, so a target can be missed by chance. Look at outside: how far, in
 * standard errors.
 */
#include "tests/prove/tell.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* ---- Judging ---- */

bool tell_has_target(const struct figure *figure)
{
    return figure->low < figure->high;
}

static double value_of(const struct tally *tally)
{
    return (double)tally->hits / (double)tally->n;
}

/* The standard error that so many draws of a share have. */
static double chance(double share, uint64_t n)
{
    return sqrt(share * (1 - share) / (double)n);
}

/* How many standard errors, those of a share at the edge of the target, the
 * figure lies outside of it; 0: it lies within, or on the safe side. */
static double outside(const struct figure *figure, const struct tally *tally)
{
    double value = value_of(tally);

    if (value < figure->low && figure->kind != LOW_IS_SAFE)
        return (figure->low - value) / chance(figure->low, tally->n);
    if (value > figure->high && figure->kind != HIGH_IS_SAFE)
        return (value - figure->high) / chance(figure->high, tally->n);
    return 0;
}

bool tell_missed(const struct figure *figure, const struct tally *tally)
{
    return tell_has_target(figure) &&
           (tally->n == 0 || outside(figure, tally) > 3);
}

static const char *word_for(const struct figure *figure,
                            const struct tally *tally)
{
    if (!tell_has_target(figure))
        return "";
    if (tell_missed(figure, tally))
        return "NOT met";
    if (outside(figure, tally) > 0)
        return "met within chance";
    double value = value_of(tally);
    return value < figure->low || value > figure->high ? "met, more careful"
                                                       : "met";
}

/* ---- Telling ---- */

static const char row[] = "%-18s %-31s %-14s %-17s %s\n";

void tell_head(void)
{
    printf(row, "check", "how often", "target", "figure", "");
}

void tell_figure(const struct check *check, const struct figure *figure,
                 const struct tally *tally)
{
    char target[32] = "", value[48] = "none";
    double share = tally->n > 0 ? value_of(tally) : 0;

    if (tell_has_target(figure) && figure->high == 1)
        snprintf(target, sizeof target, "from %.4g %%", 100 * figure->low);
    else if (tell_has_target(figure) && figure->low == 0)
        snprintf(target, sizeof target, "to %.4g %%", 100 * figure->high);
    else if (tell_has_target(figure))
        snprintf(target, sizeof target, "%.4g to %.4g %%", 100 * figure->low,
                 100 * figure->high);
    if (tally->n > 0 && figure->kind == MEAN)
        snprintf(value, sizeof value, "%.1f", share);
    else if (tally->n > 0)
        snprintf(value, sizeof value, "%.2f +-%.2f %%", 100 * share,
                 100 * chance(share, tally->n));
    printf(row, check->id, figure->what, target, value,
           word_for(figure, tally));
}

json_t *tell_json(const struct check *check, const struct figure *figure,
                  const struct tally *tally)
{
    double value = tally->n > 0 ? value_of(tally) : 0;
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:f, s:f, s:I}", "id", check->id, "scene",
        check->question->text, "machine", check->scene.weather->text, "figure",
        figure->what, "noise_ratio", check->scene.noise, "truth_ratio",
        check->scene.truth, "ndraws", (json_int_t)tally->n);

    assert(json != NULL);
    json_object_set_new(json, figure->kind == MEAN ? "mean" : "share_ratio",
                        tally->n > 0 ? json_real(value) : json_null());
    if (figure->kind != MEAN && tally->n > 0)
        json_object_set_new(json, "standard_error_ratio",
                            json_real(chance(value, tally->n)));
    if (tell_has_target(figure)) {
        json_object_set_new(json, "target_low_ratio", json_real(figure->low));
        json_object_set_new(json, "target_high_ratio", json_real(figure->high));
        json_object_set_new(json, "met",
                            json_boolean(!tell_missed(figure, tally)));
    }
    return json;
}
