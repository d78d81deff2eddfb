/* SPDX-License-Identifier: MIT */
/*
 * What belongs to a run, checked in one place. Every refusal names what was
 * asked for, why it cannot be, and what to write instead.
 */
#include "harness/configuration.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/cpython/cpython.h"
#include "harness/registry.h"

enum {
    WORKERS_MAX = 100000,
    REQUESTS = 1000 /* the fewest that have a p99 */
};

static int refuse(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct complaint *complaint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static void set_presets(union value *values, const struct parameter *parameters,
                        size_t nparameters)
{
    for (size_t i = 0; i < nparameters; i++) {
        if (parameters[i].text != NULL)
            values[i].text = parameters[i].text;
        else
            values[i].number = parameters[i].preset;
    }
}

int configuration_init(struct configuration *ret, const struct model *model,
                       const struct workload *workload)
{
    struct configuration configuration = {
        .model = model, .workload = workload, .seed = 1};

    configuration.model_values =
        calloc(model->nparameters + 1, sizeof(union value));
    configuration.workload_values =
        calloc(workload->nparameters + 1, sizeof(union value));
    if (configuration.model_values == NULL ||
        configuration.workload_values == NULL) {
        free(configuration.model_values);
        free(configuration.workload_values);
        return -ENOMEM;
    }
    set_presets(configuration.model_values, model->parameters,
                model->nparameters);
    set_presets(configuration.workload_values, workload->parameters,
                workload->nparameters);
    *ret = configuration;
    return 0;
}

/* Texts that are not presets belong to the configuration. */
static void free_texts(union value *values, const struct parameter *parameters,
                       size_t nparameters)
{
    for (size_t i = 0; i < nparameters; i++)
        if (parameters[i].text != NULL && values[i].text != parameters[i].text)
            free((void *)(uintptr_t)values[i].text);
    free(values);
}

void configuration_fini(struct configuration *configuration)
{
    free_texts(configuration->model_values, configuration->model->parameters,
               configuration->model->nparameters);
    free_texts(configuration->workload_values,
               configuration->workload->parameters,
               configuration->workload->nparameters);
}

static int copy_values(union value *to, const union value *from,
                       const struct parameter *parameters, size_t nparameters)
{
    for (size_t i = 0; i < nparameters; i++) {
        if (parameters[i].text == NULL)
            to[i].number = from[i].number;
        else if (from[i].text != parameters[i].text)
            to[i].text = strdup(from[i].text);
        if (parameters[i].text != NULL && to[i].text == NULL) {
            to[i].text = parameters[i].text;
            return -ENOMEM;
        }
    }
    return 0;
}

int configuration_copy(struct configuration *ret,
                       const struct configuration *from)
{
    struct configuration copy;
    int result = configuration_init(&copy, from->model, from->workload);

    if (result != 0)
        return result;
    copy.workers = from->workers;
    copy.inflight = from->inflight;
    copy.ntasks = from->ntasks;
    copy.seed = from->seed;
    copy.pin = from->pin;
    result = copy_values(copy.model_values, from->model_values,
                         from->model->parameters, from->model->nparameters);
    if (result == 0)
        result = copy_values(copy.workload_values, from->workload_values,
                             from->workload->parameters,
                             from->workload->nparameters);
    if (result != 0) {
        configuration_fini(&copy);
        return result;
    }
    *ret = copy;
    return 0;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);

    while (*choices != '\0') {
        size_t choice = strcspn(choices, "|");
        if (choice == length && strncmp(choices, text, length) == 0)
            return true;
        choices += choice + (choices[choice] == '|');
    }
    return false;
}

static int set_text(union value *value, const struct parameter *parameter,
                    const char *owner, const char *text,
                    struct complaint *complaint)
{
    if (parameter->choices != NULL && !is_choice(parameter->choices, text))
        return refuse(complaint, "%s.%s=%s: must be one of %s", owner,
                      parameter->name, text, parameter->choices);
    char *copy = strdup(text);
    if (copy == NULL)
        return refuse(complaint, "no memory");
    if (value->text != parameter->text)
        free((void *)(uintptr_t)value->text);
    value->text = copy;
    return 0;
}

static int set_number(union value *value, const struct parameter *parameter,
                      const char *owner, const char *text,
                      struct complaint *complaint)
{
    char *end;

    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0)
        return refuse(complaint, "%s.%s=%s: must be a whole number%s%s", owner,
                      parameter->name, text,
                      *parameter->unit != '\0' ? " of " : "", parameter->unit);
    if (number < parameter->min || number > parameter->max)
        return refuse(
            complaint,
            "%s.%s=%s: must lie between %" PRIu64 " and %" PRIu64 "%s%s", owner,
            parameter->name, text, parameter->min, parameter->max,
            *parameter->unit != '\0' ? " " : "", parameter->unit);
    value->number = number;
    return 0;
}

static void list_names(const struct parameter *parameters, size_t nparameters,
                       char *text, size_t room)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < nparameters && length < room; i++)
        length += (size_t)snprintf(text + length, room - length, "%s%s",
                                   i > 0 ? ", " : "", parameters[i].name);
}

static int set_parameter(union value *values,
                         const struct parameter *parameters, size_t nparameters,
                         const char *owner, const char *name, const char *text,
                         struct complaint *complaint)
{
    char names[160];

    for (size_t i = 0; i < nparameters; i++) {
        if (strcmp(parameters[i].name, name) != 0)
            continue;
        if (parameters[i].text != NULL)
            return set_text(&values[i], &parameters[i], owner, text, complaint);
        return set_number(&values[i], &parameters[i], owner, text, complaint);
    }
    list_names(parameters, nparameters, names, sizeof names);
    if (nparameters == 0)
        return refuse(complaint, "%s has no parameter %s; it has none", owner,
                      name);
    return refuse(complaint, "%s has no parameter %s; it has %s", owner, name,
                  names);
}

/* Checks a setting that is meant for somebody else. */
static int check_other(const struct model *model,
                       const struct workload *workload, const char *setting,
                       struct complaint *complaint)
{
    struct configuration other;
    int result = configuration_init(&other, model, workload);

    if (result != 0)
        return refuse(complaint, "no memory");
    result = configuration_set(&other, setting, complaint);
    configuration_fini(&other);
    return result;
}

/* For all models of CPython that have it: this one, perhaps. */
static int set_cpython(struct configuration *c, const char *setting,
                       const char *name, const char *text,
                       struct complaint *complaint)
{
    const struct model *model = c->model;
    const struct model *other = cpython_model_with(name);

    if (cpython_has(model, name))
        return set_parameter(c->model_values, model->parameters,
                             model->nparameters, CPYTHON_OWNER, name, text,
                             complaint);
    if (other == NULL)
        return refuse(complaint,
                      "%s: there is cpython.interval_us, "
                      "cpython.check_interval (before 3.2) and cpython.slices",
                      setting);
    return check_other(other, c->workload, setting, complaint);
}

int configuration_set(struct configuration *configuration, const char *setting,
                      struct complaint *complaint)
{
    const struct model *model = configuration->model;
    const struct workload *workload = configuration->workload;
    char owner[64], name[64];
    int text_at = 0;

    if (sscanf(setting, "%63[^.=].%63[^=]=%n", owner, name, &text_at) != 2 ||
        text_at == 0)
        return refuse(complaint,
                      "%s: write it as OWNER.name=value, for example "
                      "echo.rounds=5",
                      setting);
    const char *text = setting + text_at;
    if (strcmp(owner, workload->name) == 0)
        return set_parameter(configuration->workload_values,
                             workload->parameters, workload->nparameters, owner,
                             name, text, complaint);
    if (strcmp(owner, model->name) == 0)
        return set_parameter(configuration->model_values, model->parameters,
                             model->nparameters, owner, name, text, complaint);
    if (strcmp(owner, CPYTHON_OWNER) == 0)
        return set_cpython(configuration, setting, name, text, complaint);
    if (model_find(owner) != NULL)
        return check_other(model_find(owner), workload, setting, complaint);
    if (workload_find(owner) != NULL)
        return check_other(model, workload_find(owner), setting, complaint);
    return refuse(complaint,
                  "%s: there is no model or workload %s; see heddle list",
                  setting, owner);
}

bool configuration_takes(const struct configuration *configuration,
                         const char *name)
{
    const char *const owners[] = {
        configuration->model->name, configuration->workload->name,
        configuration->model->cpython != NULL ? CPYTHON_OWNER : ""};
    size_t length = strcspn(name, ".");

    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        if (strlen(owners[i]) == length &&
            strncmp(owners[i], name, length) == 0)
            return true;
    return strncmp(name, CPYTHON_OWNER ".", sizeof CPYTHON_OWNER) == 0 &&
           cpython_has(configuration->model, name + sizeof CPYTHON_OWNER);
}

static int resolve_per_task(struct configuration *c, uint64_t preset,
                            struct complaint *complaint)
{
    if (c->workers != 0 && c->inflight != 0 && c->workers != c->inflight)
        return refuse(complaint,
                      "%s has a worker for each task under way, so workers and "
                      "inflight are one number: give one of them",
                      c->model->name);
    if (c->inflight == 0)
        c->inflight = c->workers != 0 ? c->workers : preset;
    c->workers =
        c->inflight < WORKERS_MAX ? (unsigned)c->inflight : WORKERS_MAX;
    return 0;
}

/* The queue of a pool need not be longer than its work. With few places and
 * short tasks, producer and workers sleep and wake each other all the time: an
 * empty task took 5.6 us with 8 places, and a twentieth of that with 1024. */
enum { QUEUE_PRESET = 1024 };

static uint64_t queue_preset(const struct configuration *c)
{
    uint64_t places = 4 * (uint64_t)c->workers;

    if (places < QUEUE_PRESET)
        places = QUEUE_PRESET;
    return places < c->ntasks ? places : c->ntasks;
}

static int resolve_alone(struct configuration *c, struct complaint *complaint)
{
    if (c->workers > 1 || c->inflight > 1)
        return refuse(complaint,
                      "%s runs one task at a time: leave out workers and "
                      "inflight",
                      c->model->name);
    c->workers = 1;
    c->inflight = 1;
    return 0;
}

static int resolve_workers(struct configuration *c, unsigned ncores,
                           struct complaint *complaint)
{
    if (c->inflight != 0)
        return refuse(complaint,
                      "%s has no queue, each worker takes a task when it is "
                      "free: give workers instead of inflight",
                      c->model->name);
    c->workers = c->workers != 0 ? c->workers : ncores;
    c->inflight = c->workers;
    return 0;
}

static int resolve_scheduler(struct configuration *c,
                             struct complaint *complaint)
{
    c->workers = c->workers != 0 ? c->workers : 1;
    c->inflight = c->inflight != 0 ? c->inflight : c->ntasks;
    if (c->inflight < c->workers)
        return refuse(complaint,
                      "%s: %" PRIu64 " tasks in flight cannot keep %u workers "
                      "busy: give an inflight of at least workers",
                      c->model->name, c->inflight, c->workers);
    return 0;
}

static int resolve_knobs(struct configuration *c, unsigned ncores,
                         struct complaint *complaint)
{
    bool waits = c->workload->kind != WORKLOAD_CPU;
    unsigned crew = configuration_crew(c, ncores);

    if (crew > WORKERS_MAX)
        crew = WORKERS_MAX;
    switch (c->model->knobs) {
    case MODEL_ALONE:
        return resolve_alone(c, complaint);
    case MODEL_PER_TASK:
        return resolve_per_task(c, waits ? c->ntasks : crew, complaint);
    case MODEL_WORKERS:
        return resolve_workers(c, crew, complaint);
    case MODEL_QUEUE:
        c->workers = c->workers != 0 ? c->workers : crew;
        c->inflight = c->inflight != 0 ? c->inflight : queue_preset(c);
        return 0;
    case MODEL_SCHEDULER:
        return resolve_scheduler(c, complaint);
    }
    return refuse(complaint, "%s: unknown kind of model", c->model->name);
}

int configuration_resolve(struct configuration *c, unsigned ncores,
                          struct complaint *complaint)
{
    if (c->ntasks == 0)
        c->ntasks = configuration_arrivals(c) ? REQUESTS : c->workload->ntasks;
    if (configuration_check_arrivals(c, complaint) != 0)
        return -EINVAL;
    if (c->model->cpython != NULL && cpython_check(c, complaint) != 0)
        return -EINVAL;
    if (c->pin && c->model->knobs == MODEL_PER_TASK)
        return refuse(complaint,
                      "%s has no fixed workers that could be pinned: leave out "
                      "pin",
                      c->model->name);
    if (c->workers > WORKERS_MAX)
        return refuse(complaint, "workers=%u: at most %d", c->workers,
                      WORKERS_MAX);
    int result = resolve_knobs(c, ncores, complaint);
    return result != 0 ? result : configuration_check_at_once(c, complaint);
}

struct job_plan configuration_plan(const struct configuration *c)
{
    return (struct job_plan){
        .workload = c->workload,
        .model = c->model,
        .workload_values = c->workload_values,
        .model_values = c->model_values,
        .ntasks = c->ntasks,
        .seed = c->seed,
        .workers = c->workers,
        .inflight = c->inflight,
        .pin = c->pin,
    };
}

static bool is_preset(const struct parameter *parameter, union value value)
{
    return parameter->text != NULL ? strcmp(parameter->text, value.text) == 0
                                   : parameter->preset == value.number;
}

static void each_of(const char *owner, const struct parameter *parameters,
                    size_t nparameters, const union value *values,
                    configuration_visit *visit, void *context)
{
    char name[128], number[24];

    for (size_t i = 0; i < nparameters; i++) {
        const struct parameter *parameter = &parameters[i];
        if (is_preset(parameter, values[i]))
            continue;
        snprintf(name, sizeof name, "%s.%s", owner, parameter->name);
        snprintf(number, sizeof number, "%" PRIu64, values[i].number);
        visit(context, name, parameter->text != NULL ? values[i].text : number);
    }
}

void configuration_each_setting(const struct configuration *c,
                                configuration_visit *visit, void *context)
{
    each_of(c->workload->name, c->workload->parameters,
            c->workload->nparameters, c->workload_values, visit, context);
    each_of(c->model->name, c->model->parameters, c->model->nparameters,
            c->model_values, visit, context);
}

/* The room that is left for settings as one text. */
struct text_room {
    char *text;
    size_t room;
    size_t length;
};

static void append_setting(void *context, const char *name, const char *value)
{
    struct text_room *to = context;

    if (to->length < to->room)
        to->length +=
            (size_t)snprintf(to->text + to->length, to->room - to->length,
                             "%s%s=%s", to->length > 0 ? " " : "", name, value);
}

void configuration_settings_text(const struct configuration *configuration,
                                 char *text, size_t room)
{
    struct text_room to = {text, room, 0};

    text[0] = '\0';
    configuration_each_setting(configuration, append_setting, &to);
}

static void print_setting_argument(void *out, const char *name,
                                   const char *value)
{
    fprintf(out, "--set%c%s=%s%c", '\0', name, value, '\0');
}

/* One argument after the other, each with its final zero. */
static char *arguments_text(const struct configuration *c, size_t *ret_length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_length);

    if (out == NULL)
        return NULL;
    fprintf(out, "once%c--model%c%s%c--workload%c%s%c", '\0', '\0',
            c->model->name, '\0', '\0', c->workload->name, '\0');
    if (c->model->knobs != MODEL_ALONE)
        fprintf(out, "--workers%c%u%c", '\0', c->workers, '\0');
    if (c->model->knobs == MODEL_QUEUE || c->model->knobs == MODEL_SCHEDULER)
        fprintf(out, "--inflight%c%" PRIu64 "%c", '\0', c->inflight, '\0');
    fprintf(out, "--tasks%c%" PRIu64 "%c--seed%c%" PRIu64 "%c", '\0', c->ntasks,
            '\0', '\0', c->seed, '\0');
    if (c->pin)
        fprintf(out, "--pin%c", '\0');
    configuration_each_setting(c, print_setting_argument, out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

char **configuration_argv(const struct configuration *configuration)
{
    size_t length = 0, nwords = 0;
    char *text = arguments_text(configuration, &length);

    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < length; i++)
        nwords += text[i] == '\0';
    char **argv = calloc(nwords + 1, sizeof *argv);
    if (argv == NULL) {
        free(text);
        return NULL;
    }
    const char *end = text + length;
    for (size_t i = 0; text < end; text += strlen(text) + 1)
        argv[i++] = text;
    return argv;
}

void configuration_argv_free(char **argv)
{
    if (argv != NULL)
        free(argv[0]); /* the text that all of them point into */
    free(argv);
}

bool configuration_same_work(const struct configuration *a,
                             const struct configuration *b)
{
    if (a->workload != b->workload || a->ntasks != b->ntasks ||
        a->seed != b->seed)
        return false;
    for (size_t i = 0; i < a->workload->nparameters; i++) {
        union value x = a->workload_values[i], y = b->workload_values[i];
        bool text = a->workload->parameters[i].text != NULL;
        if (text ? strcmp(x.text, y.text) != 0 : x.number != y.number)
            return false;
    }
    return true;
}
