/* SPDX-License-Identifier: MIT */
/*
 * The table of what is proven. The targets were written down before anything
 * was measured. What is not a promise has none, but is told.
 */
#include "tests/prove/checks.h"

#include "tests/prove/draws.h"

/* ---- Figures ---- */

static const struct figure median_figures[FIGURES_MAX + 1] = {
    {"n = 8", 0.94, 0.965, BOTH_COUNT},  {"n = 10", 0.94, 0.965, BOTH_COUNT},
    {"n = 15", 0.94, 0.965, BOTH_COUNT}, {"n = 22", 0.94, 0.965, BOTH_COUNT},
    {"n = 33", 0.94, 0.965, BOTH_COUNT}, {"n = 60", 0.94, 0.965, BOTH_COUNT},
};

static const struct figure drifting_figures[FIGURES_MAX + 1] = {
    {"n = 8", 0, 0, BOTH_COUNT},  {"n = 10", 0, 0, BOTH_COUNT},
    {"n = 15", 0, 0, BOTH_COUNT}, {"n = 22", 0, 0, BOTH_COUNT},
    {"n = 33", 0, 0, BOTH_COUNT}, {"n = 60", 0, 0, BOTH_COUNT},
};

static const struct figure equal_figures[] = {
    {"claims a difference", 0.04, 0.055, LOW_IS_SAFE},
    {"says the same within 2 %", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure found_figures[] = {
    {"finds it", 0.85, 1, BOTH_COUNT},
    {"claims the opposite", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure hard_figures[] = {
    {"finds it", 0, 0, BOTH_COUNT},
    {"claims the opposite", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure ratio_figures[] = {
    {"interval holds the truth", 0.93, 0.97, HIGH_IS_SAFE},
    {"finds it", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure family_figures[] = {
    {"any false claim", 0, 0.05, BOTH_COUNT},
    {"any, if each were judged alone", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure band_figures[] = {
    {"says the same within 2 %", 0, 0.05, BOTH_COUNT},
    {"finds it", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure forecast_figures[] = {
    {"cannot tell after 10 blocks", 0, 0, BOTH_COUNT},
    {"of these, settled as forecast", 0.5, 1, BOTH_COUNT},
    {"of these, forecast > 190 more", 0, 0, BOTH_COUNT},
    {"blocks forecast, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static const struct figure naive_figures[] = {
    {"30 + 30 runs, Welch's t", 0, 0, BOTH_COUNT},
    {"30 + 30 runs, means > 5 % apart", 0, 0, BOTH_COUNT},
    {"test after each pair to p < .05", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

/* ---- Questions ---- */

static const struct question median = {"median of independent runs",
                                       draw_median, median_figures, 1};
static const struct question drifting = {
    "median on a machine that drifts, other models between", draw_median,
    drifting_figures, 1};
static const struct question equal = {"equal models", draw_equal, equal_figures,
                                      1};
static const struct question patient = {"equal models, up to 200 blocks",
                                        draw_equal, equal_figures, 10};
static const struct question found = {"a model 2 % slower", draw_found,
                                      found_figures, 1};
static const struct question hard = {"a model 2 % slower, much noise",
                                     draw_found, hard_figures, 1};
static const struct question ratio = {"a model 5 % slower", draw_ratio,
                                      ratio_figures, 1};
static const struct question family = {"eight equal models", draw_family,
                                       family_figures, 4};
static const struct question band = {"a model 2.1 % slower", draw_band,
                                     band_figures, 1};
static const struct question forecast = {"ten blocks, then as many as forecast",
                                         draw_forecast, forecast_figures, 4};
static const struct question naive = {"equal models, common methods",
                                      draw_naive, naive_figures, 1};

/* ---- The table ---- */

/* Machine, noise, truth, models, blocks (0: looks decide), most blocks. */
const struct check checks[] = {
    {"T2.normal", &median, {&weather_normal, 0.05, 1, 0, 0, 0}},
    {"T2.lognormal", &median, {&weather_lognormal, 0.3, 1, 0, 0, 0}},
    {"T2.outliers", &median, {&weather_outliers, 0.02, 1, 0, 0, 0}},
    {"T2.bimodal", &median, {&weather_bimodal, 0.01, 1, 0, 0, 0}},
    {"T2.exponential", &median, {&weather_exponential, 0.1, 1, 0, 0, 0}},
    {"drift.alone", &drifting, {&weather_ar9, 0.01, 1, 0, 0, 0}},
    {"drift.7-others", &drifting, {&weather_ar9, 0.01, 1, 7, 0, 0}},

    {"T3.normal", &equal, {&weather_normal, 0.02, 1, 1, 0, 0}},
    {"T3.cv3", &equal, {&weather_normal, 0.03, 1, 1, 0, 0}},
    {"T3.20-blocks", &equal, {&weather_normal, 0.02, 1, 1, 0, 20}},
    {"T3.200-blocks", &patient, {&weather_normal, 0.045, 1, 1, 0, 200}},
    {"T3.lognormal", &equal, {&weather_lognormal, 0.05, 1, 1, 0, 0}},
    {"T3.outliers", &equal, {&weather_outliers, 0.02, 1, 1, 0, 0}},
    {"T3.bimodal", &equal, {&weather_bimodal, 0.02, 1, 1, 0, 0}},
    {"T3.ar6", &equal, {&weather_ar6, 0.01, 1, 1, 0, 0}},
    {"T3.ar9", &equal, {&weather_ar9, 0.01, 1, 1, 0, 0}},
    {"T3.walk", &equal, {&weather_walk, 0.01, 1, 1, 0, 0}},
    {"T3.step", &equal, {&weather_step, 0.01, 1, 1, 0, 0}},
    {"T3.first", &equal, {&weather_first, 0.01, 1, 1, 0, 0}},

    {"T6.cv1", &found, {&weather_normal, 0.01, 1.02, 1, 0, 0}},
    {"T6.cv2", &found, {&weather_normal, 0.02, 1.02, 1, 0, 0}},
    {"T6.walk", &found, {&weather_walk, 0.01, 1.02, 1, 0, 0}},
    {"T6.cv5", &hard, {&weather_normal, 0.05, 1.02, 1, 0, 0}},

    {"T7.normal", &ratio, {&weather_normal, 0.02, 1.05, 1, 0, 0}},
    {"T7.lognormal", &ratio, {&weather_lognormal, 0.05, 1.05, 1, 0, 0}},
    {"T7.outliers", &ratio, {&weather_outliers, 0.02, 1.05, 1, 0, 0}},
    {"T7.bimodal", &ratio, {&weather_bimodal, 0.02, 1.05, 1, 0, 0}},
    {"T7.ar9", &ratio, {&weather_ar9, 0.01, 1.05, 1, 0, 0}},
    {"T7.walk", &ratio, {&weather_walk, 0.01, 1.05, 1, 0, 0}},
    {"T7.step", &ratio, {&weather_step, 0.01, 1.05, 1, 0, 0}},
    {"T7.first", &ratio, {&weather_first, 0.01, 1.05, 1, 0, 0}},

    {"T8.normal", &family, {&weather_normal, 0.02, 1, 7, 0, 0}},
    {"T8.walk", &family, {&weather_walk, 0.01, 1, 7, 0, 0}},
    {"T8.first", &family, {&weather_first, 0.01, 1, 7, 0, 0}},

    {"band.cv1", &band, {&weather_normal, 0.01, 1.021, 1, 0, 0}},
    {"band.cv2", &band, {&weather_normal, 0.02, 1.021, 1, 0, 0}},
    {"forecast.equal", &forecast, {&weather_normal, 0.03, 1, 1, 10, 0}},
    {"forecast.3-percent", &forecast, {&weather_normal, 0.03, 1.03, 1, 10, 0}},

    {"naive.normal", &naive, {&weather_normal, 0.02, 1, 1, 0, 0}},
    {"naive.lognormal", &naive, {&weather_lognormal, 0.05, 1, 1, 0, 0}},
    {"naive.outliers", &naive, {&weather_outliers, 0.02, 1, 1, 0, 0}},
    {"naive.bimodal", &naive, {&weather_bimodal, 0.02, 1, 1, 0, 0}},
    {"naive.ar6", &naive, {&weather_ar6, 0.01, 1, 1, 0, 0}},
    {"naive.ar9", &naive, {&weather_ar9, 0.01, 1, 1, 0, 0}},
    {"naive.walk", &naive, {&weather_walk, 0.01, 1, 1, 0, 0}},
    {"naive.step", &naive, {&weather_step, 0.01, 1, 1, 0, 0}},
};
const size_t nchecks = sizeof checks / sizeof *checks;
