/* SPDX-License-Identifier: MIT */
/*
 * The values that runs are compared by. A field of every run has a function; a
 * metric is looked up by its name, since only its workload knows of it.
 */
#include "harness/session/quantity.h"

#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "harness/session/session.h"

static double run_ns(const struct run *run)
{
    return (double)run->run_ns;
}

static double cpu_ns(const struct run *run)
{
    return (double)(run->user_ns + run->system_ns);
}

static double life_ns(const struct run *run)
{
    return (double)(run->startup_ns + run->run_ns + run->shutdown_ns);
}

static double voluntary_switches(const struct run *run)
{
    return (double)run->voluntary_switches;
}

static double involuntary_switches(const struct run *run)
{
    return (double)run->involuntary_switches;
}

double quantity_metric(const struct run *run, const char *name)
{
    const json_t *value = json_object_get(run->metrics, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static double process_ns(const struct run *run)
{
    double timed = quantity_metric(run, "process_ns");
    return isnan(timed) ? (double)run->wall_ns : timed;
}

static double waiting_bytes(const struct run *run)
{
    return quantity_metric(run, "waiting_pss_bytes") +
           quantity_metric(run, "waiting_kernel_bytes");
}

/* One byte too many, because a model may need nothing of the kernel, and the
 * statistics are about positive numbers. */
static double waiting_kernel_bytes(const struct run *run)
{
    return quantity_metric(run, "waiting_kernel_bytes") + 1;
}

const struct quantity quantity_run = {"run_ns", run_ns};
const struct quantity quantity_cpu = {"cpu_ns", cpu_ns};
const struct quantity quantity_life = {"life_ns", life_ns};
const struct quantity quantity_process = {"process_ns", process_ns};
const struct quantity quantity_memory = {"waiting_bytes", waiting_bytes};
const struct quantity quantity_user = {"waiting_pss_bytes", NULL};
const struct quantity quantity_kernel = {"waiting_kernel_bytes",
                                         waiting_kernel_bytes};
const struct quantity quantity_voluntary = {"voluntary_switches",
                                            voluntary_switches};
const struct quantity quantity_involuntary = {"involuntary_switches",
                                              involuntary_switches};

double quantity_of(const struct quantity *quantity, const struct run *run)
{
    return quantity->of != NULL ? quantity->of(run)
                                : quantity_metric(run, quantity->name);
}

struct quantity quantity_named(const char *name)
{
    static const struct quantity *const fields[] = {
        &quantity_run, &quantity_cpu, &quantity_voluntary,
        &quantity_involuntary, NULL};

    for (size_t i = 0; fields[i] != NULL; i++)
        if (strcmp(fields[i]->name, name) == 0)
            return (struct quantity){name, fields[i]->of};
    return (struct quantity){name, NULL};
}

bool quantity_is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

    return *text != '\0' && strchr(letters, *text) != NULL &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}
