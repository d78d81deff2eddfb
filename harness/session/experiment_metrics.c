/* SPDX-License-Identifier: MIT */
/* The names of what an experiment estimates beside times. Whether runs have a
 * metric only they can tell, so a name is checked for its form alone. */
#include "harness/session/experiment_metrics.h"

#include <errno.h>

#include "harness/session/experiment.h"
#include "harness/session/reader.h"

static int fault(struct reader *reader, const char *key, const char *name,
                 int err)
{
    if (err == -EEXIST)
        return reader_fault(reader, key, "%s: name it once", name);
    if (err == -ENOMEM)
        return reader_fault(reader, key, "no memory");
    return reader_fault(reader, key,
                        "\"%s\" is no name of a metric; they look like "
                        "\"latency_p50_ns\"",
                        name);
}

static int read_list(struct reader *reader, const json_t *list,
                     struct experiment *experiment)
{
    size_t n = json_array_size(list);

    if (!json_is_array(list) || n > EXPERIMENT_METRICS_MAX)
        return reader_fault(reader, "metrics",
                            "metrics must be a list of at most %d names: "
                            "[\"latency_p50_ns\"]",
                            EXPERIMENT_METRICS_MAX);
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        int err =
            name == NULL ? -EINVAL : experiment_add_metric(experiment, name);
        if (err != 0)
            return fault(reader, "metrics", name != NULL ? name : "", err);
    }
    return 0;
}

int experiment_read_metrics(struct reader *reader, const json_t *object,
                            struct experiment *experiment)
{
    const json_t *list = json_object_get(object, "metrics");
    const char *compare = NULL;

    if ((list != NULL && read_list(reader, list, experiment) != 0) ||
        reader_note(reader, object, "compare", &compare) != 0)
        return -EINVAL;
    if (compare == NULL)
        return 0;
    int err = experiment_compare_by(experiment, compare);
    if (err != 0)
        return fault(reader, "compare", compare, err);
    return chart_of_metrics(experiment->chart)
               ? 0
               : reader_fault(reader, "compare",
                              "the chart \"%s\" is about something else than "
                              "%s: write \"chart\": \"%s\"",
                              chart_names[experiment->chart], compare,
                              chart_names[CHART_METRICS]);
}
