/* SPDX-License-Identifier: MIT */
/* The comparison of two sessions for programs: what the tables say, and what
 * went into it. A null says that so few blocks cannot tell. */
#include <math.h>

#include "harness/compare/across.h"
#include "harness/compare/across_print.h"
#include "harness/compare/comparable.h"
#include "harness/report/view.h"
#include "harness/session/estimate.h"
#include "harness/session/result.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"

static const char *const hole_names[] = {
    [ACROSS_A] = "not measured in a",
    [ACROSS_B] = "not measured in b",
    [ACROSS_IMPOSSIBLE] = "beyond its bound",
};

static json_t *session_json(const struct session *session)
{
    const char letter[2] = {session->grade.letter, '\0'};
    double median_ns = session->calibration.median_ns;

    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:o}", "id", session->id,
                     "started_utc", session->started_utc, "tool_version",
                     session->tool_version, "git_commit", session->git_commit,
                     "complete", (int)session->complete, "noise_grade", letter,
                     "calibration_ns",
                     median_ns > 0 ? part_real(median_ns) : json_null());
}

static json_t *claim_json(const struct view *view,
                          const struct across_claim *claim)
{
    const struct stats_ratio *r = &claim->ratio;

    if (!claim->asked)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "ratio",
        part_real(r->ratio), "level_ratio", part_real(r->level), "low_ratio",
        part_real(r->low), "high_ratio", part_real(r->high), "drift_ratio",
        part_real(claim->drift_ratio), "floor_ratio",
        part_real(claim->floor_ratio), "p", part_real(r->p), "p_adjusted",
        part_real(claim->p_adjusted), "verdict",
        estimate_verdict(view->session, view->number, claim->verdict));
}

static json_t *side_json(const struct estimate *row)
{
    return json_pack("{s:o, s:o}", "n", part_integer(row->location.n), "median",
                     row->location.n > 0 ? part_real(row->location.median)
                                         : json_null());
}

static json_t *row_json(const struct across_row *row)
{
    const struct view *view = row->view_a;
    char id[256];

    across_row_id(row, id, sizeof id);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s?}", "configuration",
                     id, "quantity",
                     estimate_quantity(view->session, view->number)->name, "a",
                     side_json(row->a), "b", side_json(row->b), "time",
                     claim_json(view, &row->time), "relative",
                     claim_json(view, &row->relative), "not_compared",
                     row->hole != ACROSS_NONE ? hole_names[row->hole] : NULL);
}

static json_t *absent_json(const struct session *from, const struct session *in)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < from->npoints; i++)
        if (!from->points[i].twin && comparable_twin(from, i, in) < 0)
            json_array_append_new(list, part_id(from, i));
    return list;
}

json_t *across_json(const struct across *across, double limit)
{
    json_t *rows = json_array(), *regressions = json_array();
    char id[256];

    for (size_t i = 0; i < across->nrows; i++) {
        const struct across_row *row = &across->rows[i];
        json_array_append_new(rows, row_json(row));
        across_row_id(row, id, sizeof id);
        if (limit > 0 && across_is_regression(across, row, limit))
            json_array_append_new(regressions, json_string(id));
    }
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "tool", RESULT_TOOL, "schema_version", "1.0", "kind", "across sessions",
        "a", session_json(across->a), "b", session_json(across->b),
        "decided_by", across->is_relative ? "relative" : "time",
        "calibration_gap_ratio", part_real(across->gap_ratio), "differences",
        comparable_differences(across->a, across->b), "rows", rows, "only_in_a",
        absent_json(across->a, across->b), "only_in_b",
        absent_json(across->b, across->a), "fail_above_ratio",
        limit > 0 ? part_real(limit) : json_null(), "regressions", regressions);
}
