/* SPDX-License-Identifier: MIT */
/* What disturbed a session, as values of result.json: calibration, blocks
 * measured again, and the flags of runs. */
#include <stdlib.h>

#include "harness/session/latency.h"
#include "harness/session/outliers.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"
#include "harness/session/steadiness.h"

json_t *part_calibration(const struct session *session)
{
    const struct machine_calibration *before = &session->calibration;
    struct machine_calibration runs = steadiness_of_runs(session);

    if (!(before->median_ns > 0))
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "median_ns",
                     part_real(before->median_ns), "cv_ratio",
                     part_real(before->cv_ratio), "run_median_ns",
                     part_real(runs.median_ns), "run_variation_ratio",
                     part_real(runs.cv_ratio));
}

json_t *part_reruns(const struct session *session)
{
    json_t *causes = json_object();

    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        json_object_set_new(causes, noise_cause_names[i],
                            part_integer(session->reruns[i]));
    return json_pack("{s:o, s:o}", "count",
                     part_integer(steadiness_reruns(session)), "causes",
                     causes);
}

static json_t *flags_of(const struct run *run, const struct outlier *outlier)
{
    json_t *flags = json_array();
    unsigned found = run->status == RUN_OK ? latency_run_flags(run) : 0;

    if (outlier->is)
        json_array_append_new(flags, json_string("outlier"));
    for (unsigned why = 0; why < OUTLIER_WHYS; why++)
        if (outlier->because[why])
            json_array_append_new(flags, json_string(outlier_names[why]));
    for (unsigned i = 0; i < LATENCY_FLAGS; i++)
        if (found >> i & 1)
            json_array_append_new(flags, json_string(latency_flag_names[i]));
    return flags;
}

json_t *part_flags(const struct session *session)
{
    struct outlier *outliers = outliers_find(session);
    json_t *flags = outliers != NULL ? json_array() : NULL;

    for (size_t i = 0; i < session->nruns && flags != NULL; i++)
        json_array_append_new(flags, flags_of(&session->runs[i], &outliers[i]));
    free(outliers);
    return flags;
}
