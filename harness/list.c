/* SPDX-License-Identifier: MIT */
/* What there is to run: models, workloads with their parameters, experiments;
 * for people, and as JSON for programs. */
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/cpython/cpython.h"
#include "harness/demo.h"
#include "harness/options.h"
#include "harness/registry.h"
#include "harness/session/experiment.h"

static const char *const kind_names[] = {
    [WORKLOAD_CPU] = "cpu",
    [WORKLOAD_IO] = "io",
    [WORKLOAD_MIXED] = "mixed",
};

/* What `workers` and `inflight` mean, as in the models' table. */
static const char *const knob_sentences[] = {
    [MODEL_ALONE] = "workers: 1; inflight: 1",
    [MODEL_PER_TASK] = "workers = inflight: tasks under way (default: usable "
                       "cores for CPU work, all tasks for I/O)",
    [MODEL_WORKERS] = "workers: size (default: usable cores)",
    [MODEL_QUEUE] = "workers: size (default: usable cores); inflight: length "
                    "of the queue",
    [MODEL_SCHEDULER] = "workers: loops (default: 1); inflight: tasks admitted "
                        "at once (default: all)",
};

static json_t *parameters_json(const struct parameter *parameters, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        const struct parameter *p = &parameters[i];
        json_t *entry =
            json_pack("{s:s, s:s}", "name", p->name, "meaning", p->meaning);
        if (p->text != NULL) {
            json_object_set_new(entry, "default", json_string(p->text));
            json_object_set_new(entry, "choices",
                                p->choices != NULL ? json_string(p->choices)
                                                   : json_null());
        } else {
            json_object_set_new(entry, "unit", json_string(p->unit));
            json_object_set_new(entry, "default",
                                json_integer((json_int_t)p->preset));
            json_object_set_new(entry, "min", json_integer((json_int_t)p->min));
            json_object_set_new(entry, "max", json_integer((json_int_t)p->max));
        }
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *models_json(void)
{
    json_t *list = json_array();

    for (size_t i = 0; models[i] != NULL; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o}", "name", models[i]->name,
                            "summary", models[i]->summary, "knobs",
                            knob_sentences[models[i]->knobs], "parameters",
                            parameters_json(models[i]->parameters,
                                            models[i]->nparameters)));
    return list;
}

/* Each with the models that it makes possible. */
static json_t *cpythons_json(void)
{
    const struct cpython_found *found;
    json_t *list = cpython_json();

    cpython_find(&found);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *names = json_array();
        for (unsigned mode = 0; mode < CPYTHON_MODES; mode++) {
            const struct model *model =
                cpython_model_of(found[i].version, (enum cpython_mode)mode);
            if (model != NULL)
                json_array_append_new(names, json_string(model->name));
        }
        json_object_set_new(json_array_get(list, i), "models", names);
    }
    return list;
}

static json_t *workloads_json(void)
{
    json_t *list = json_array();

    for (size_t i = 0; workloads[i] != NULL; i++) {
        const struct workload *w = workloads[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:I, s:I, s:i, s:b, s:b, s:o}",
                            "name", w->name, "summary", w->summary, "kind",
                            kind_names[w->kind], "tasks", (json_int_t)w->ntasks,
                            "task_bytes", (json_int_t)job_task_bytes(w),
                            "version", (int)w->version, "all_at_once",
                            w->all_at_once, "timed", w->timed, "parameters",
                            parameters_json(w->parameters, w->nparameters)));
    }
    return list;
}

static void print_parameters(const char *owner,
                             const struct parameter *parameters, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct parameter *p = &parameters[i];
        printf("      %s.%s: %s\n", owner, p->name, p->meaning);
        if (p->text != NULL)
            printf("        default \"%s\"%s%s\n", p->text,
                   p->choices != NULL ? "; one of " : "",
                   p->choices != NULL ? p->choices : "");
        else
            printf("        default %" PRIu64 "%s%s; %" PRIu64 " to %" PRIu64
                   "\n",
                   p->preset, *p->unit != '\0' ? " " : "", p->unit, p->min,
                   p->max);
    }
}

static void print_models(void)
{
    puts("MODELS: how tasks are run (--model)");
    for (size_t i = 0; models[i] != NULL; i++) {
        printf("\n  %-14s %s\n      %s\n", models[i]->name, models[i]->summary,
               knob_sentences[models[i]->knobs]);
        print_parameters(models[i]->name, models[i]->parameters,
                         models[i]->nparameters);
    }
}

static void print_cpythons(const json_t *list)
{
    static const char *const parameters[] = {"interval_us", "check_interval",
                                             "slices"};
    size_t i, k;
    json_t *entry, *name;

    puts("\nCPYTHON: the same work in the Pythons of this machine (--model)\n");
    if (json_array_size(list) == 0)
        puts("  none found in PATH, nor among those that pyenv installs");
    json_array_foreach(list, i, entry)
    {
        printf("  %-14s %s\n      ",
               json_string_value(json_object_get(entry, "version")),
               json_string_value(json_object_get(entry, "path")));
        json_array_foreach(json_object_get(entry, "models"), k, name)
            printf("%s%s", k > 0 ? ", " : "", json_string_value(name));
        putchar('\n');
    }
    puts(
        "\n  cpython3:MODE is the python3 of PATH, else the newest with a GIL; "
        "cpython2:MODE,\n  cpython3t:MODE (free-threaded) and cpython:MODE "
        "(all "
        "of them) likewise.\n  Parameters of their threads:");
    for (i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const struct model *model = cpython_model_with(parameters[i]);
        for (k = 0; model != NULL && k < model->nparameters; k++)
            if (strcmp(model->parameters[k].name, parameters[i]) == 0)
                print_parameters(CPYTHON_OWNER, &model->parameters[k], 1);
    }
}

static void print_workloads(void)
{
    puts("\nWORKLOADS: what the tasks do (--workload, --set)");
    for (size_t i = 0; workloads[i] != NULL; i++) {
        const struct workload *w = workloads[i];
        printf("\n  %-14s %s (%s, %" PRIu64 " tasks of %zu B%s%s)\n", w->name,
               w->summary, kind_names[w->kind], w->ntasks, job_task_bytes(w),
               w->all_at_once ? ", all at once" : "",
               w->timed ? ", for a stated time" : "");
        print_parameters(workloads[i]->name, workloads[i]->parameters,
                         workloads[i]->nparameters);
    }
}

static const char *group_of(const json_t *entry)
{
    return json_string_value(json_object_get(entry, "group"));
}

static bool is_first_of_group(const json_t *list, size_t index)
{
    const char *group = group_of(json_array_get(list, index));

    if (group == NULL)
        return false;
    for (size_t i = 0; i < index; i++) {
        const char *other = group_of(json_array_get(list, i));
        if (other != NULL && strcmp(other, group) == 0)
            return false;
    }
    return true;
}

/* NULL: those of no group. */
static void print_group(const json_t *list, const char *group)
{
    size_t i;
    json_t *entry;

    json_array_foreach(list, i, entry)
    {
        const char *of = group_of(entry);
        if (of == group ||
            (of != NULL && group != NULL && strcmp(of, group) == 0))
            printf("  %-14s %s\n",
                   json_string_value(json_object_get(entry, "name")),
                   json_string_value(json_object_get(entry, "summary")));
    }
}

static void print_experiments(const json_t *list)
{
    puts("\nEXPERIMENTS: which are compared (heddle bench NAME)\n");
    print_group(list, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *group = group_of(json_array_get(list, i));
        if (!is_first_of_group(list, i))
            continue;
        printf("\nGROUP %s: measured only if asked for (heddle bench %s, or "
               "NAME)\n\n",
               group, group);
        print_group(list, group);
    }
}

static void print_experiment_names(void)
{
    char **names;
    size_t n = experiment_names(&names);

    for (size_t i = 0; i < n; i++)
        puts(names[i]);
    experiment_names_free(names, n);
}

static void print_group_names(void)
{
    json_t *list = experiment_list();

    for (size_t i = 0; i < json_array_size(list); i++)
        if (is_first_of_group(list, i))
            puts(group_of(json_array_get(list, i)));
    json_decref(list);
}

static void print_model_names(void)
{
    for (size_t i = 0; models[i] != NULL; i++)
        puts(models[i]->name);
}

static void print_workload_names(void)
{
    for (size_t i = 0; workloads[i] != NULL; i++)
        puts(workloads[i]->name);
}

static int print_kind(const char *kind, size_t length)
{
    static const struct {
        const char *kind;
        void (*print)(void);
    } kinds[] = {
        {"models", print_model_names},
        {"workloads", print_workload_names},
        {"experiments", print_experiment_names},
        {"groups", print_group_names},
        {"demos", demo_print_names},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].kind) == length &&
            strncmp(kinds[i].kind, kind, length) == 0) {
            kinds[i].print();
            return EXIT_WELL;
        }
    complain("--names %.*s: there are models, workloads, experiments, groups "
             "and demos",
             (int)length, kind);
    return EXIT_USAGE;
}

/* For completions and for loops of a shell: "experiments,groups". */
static int print_names(const char *kinds)
{
    int status = EXIT_WELL;

    while (status == EXIT_WELL) {
        size_t length = strcspn(kinds, ",");
        status = print_kind(kinds, length);
        if (kinds[length] == '\0')
            break;
        kinds += length + 1;
    }
    return status;
}

int command_list(const struct options *options)
{
    if (options->names != NULL)
        return print_names(options->names);
    json_t *experiments = experiment_list();

    if (options->json) {
        json_t *all = json_pack("{s:o, s:o, s:o, s:o}", "models", models_json(),
                                "cpythons", cpythons_json(), "workloads",
                                workloads_json(), "experiments", experiments);
        json_dumpf(all, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(all);
        return EXIT_WELL;
    }
    json_t *cpythons = cpythons_json();
    print_models();
    print_cpythons(cpythons);
    json_decref(cpythons);
    print_workloads();
    print_experiments(experiments);
    json_decref(experiments);
    return EXIT_WELL;
}
