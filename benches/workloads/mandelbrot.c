/* SPDX-License-Identifier: MIT */
/*
 * Uneven computing: a picture of the Mandelbrot set, cut into as many runs of
 * pixels as there are tasks. A pixel outside the set costs a few iterations,
 * one inside all of them, so equal shares of the picture are very unequal
 * shares of the work: look at who is done first and has nothing left to do.
 */
#include <errno.h>
#include <stdio.h>

#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { WIDTH, HEIGHT, ITERATIONS, GRAIN };

static const struct parameter parameters[] = {
    [WIDTH] = {.name = "width",
               .unit = "pixels",
               .meaning = "of the picture",
               .preset = 720,
               .min = 1,
               .max = 32768},
    [HEIGHT] = {.name = "height",
                .unit = "pixels",
                .meaning = "of the picture, divided among the tasks",
                .preset = 540,
                .min = 1,
                .max = 32768},
    [ITERATIONS] = {.name = "iterations",
                    .unit = "iterations",
                    .meaning = "after which a point is taken to be inside",
                    .preset = 1000,
                    .min = 1,
                    .max = 100000000},
    [GRAIN] = {.name = "grain",
               .unit = "iterations",
               .meaning = "between two points where others may run",
               .preset = 5000,
               .min = 1,
               .max = 1000000000},
};

struct mandelbrot_shared {
    uint64_t width;
    uint64_t height;
    uint64_t iterations;
    uint64_t grain;
    uint64_t ntasks;
};

struct point {
    double re, im;
};

/* How far z -> z*z + c has been followed from z = 0. */
struct orbit {
    struct point z;
    uint64_t length;
};

struct band {
    uint64_t pixel; /* the one under way */
    struct orbit orbit;
};

static int mandelbrot_setup(struct job *job)
{
    struct mandelbrot_shared *shared = job->shared;

    shared->width = job_workload_number(job, WIDTH);
    shared->height = job_workload_number(job, HEIGHT);
    shared->iterations = job_workload_number(job, ITERATIONS);
    shared->grain = job_workload_number(job, GRAIN);
    shared->ntasks = job->plan.ntasks;
    return 0;
}

/* The first pixel of band `index`, or the end of the one before it. */
static uint64_t band_begin(const struct mandelbrot_shared *shared,
                           uint64_t index)
{
    uint64_t npixels = shared->width * shared->height;

    return npixels / shared->ntasks * index +
           npixels % shared->ntasks * index / shared->ntasks;
}

/* The middle of a pixel. The picture shows the whole set: 2.5 from its bottom
 * to its top, with (-0.7, 0) in the middle. */
static struct point point_of(const struct mandelbrot_shared *shared,
                             uint64_t pixel)
{
    double scale = 2.5 / (double)shared->height;
    uint64_t column = pixel % shared->width, row = pixel / shared->width;
    double x = (double)column + 0.5, y = (double)row + 0.5;

    return (struct point){
        .re = (x - (double)shared->width / 2) * scale - 0.7,
        .im = ((double)shared->height / 2 - y) * scale,
    };
}

/* Follows the orbit until it has left the circle of radius 2, from which none
 * returns, or is `limit` long. True: it has left. */
static bool orbit_follow(struct orbit *orbit, struct point c, uint64_t limit)
{
    double re = orbit->z.re, im = orbit->z.im;
    uint64_t length = orbit->length;

    for (; length < limit && re * re + im * im <= 4; length++) {
        double next_re = re * re - im * im + c.re;
        im = 2 * re * im + c.im;
        re = next_re;
    }
    *orbit = (struct orbit){.z = {re, im}, .length = length};
    return re * re + im * im > 4;
}

static bool mandelbrot_next(struct task *task)
{
    const struct mandelbrot_shared *shared = task->shared;
    struct band *band = (struct band *)(void *)task->state;
    uint64_t end = band_begin(shared, task->index + 1);
    uint64_t left = shared->grain;

    if (task->op.kind == OP_START)
        band->pixel = band_begin(shared, task->index);
    while (band->pixel < end) {
        struct orbit *orbit = &band->orbit;
        uint64_t before = orbit->length;
        uint64_t limit = shared->iterations - before < left ? shared->iterations
                                                            : before + left;
        if (!orbit_follow(orbit, point_of(shared, band->pixel), limit) &&
            orbit->length < shared->iterations)
            return op_yield(&task->op); /* in the middle of a pixel */
        left -= orbit->length - before;
        task->digest = digest_u64(task->digest, orbit->length);
        *orbit = (struct orbit){.length = 0};
        band->pixel++;
    }
    return false;
}

/* Black inside. Outside, a ring of four colours that closes every 64 steps. */
static void colour(uint64_t length, bool inside, unsigned char rgb[3])
{
    static const unsigned char ring[4][3] = {
        {0, 7, 100}, {32, 107, 203}, {237, 255, 255}, {255, 170, 0}};
    const unsigned char *from = ring[length / 16 % 4];
    const unsigned char *to = ring[(length / 16 + 1) % 4];
    unsigned part = length % 16;

    for (int i = 0; i < 3; i++)
        rgb[i] =
            inside
                ? 0
                : (unsigned char)((from[i] * (16 - part) + to[i] * part) / 16);
}

/* A portable pixmap. Tasks keep only a digest of what they found, so the
 * picture is computed once more: the same pixels in the same way. */
static int mandelbrot_write(const struct job *job, const char *path)
{
    const struct mandelbrot_shared *shared = job->shared;
    FILE *file = fopen(path, "wbe");
    int error = 0;

    if (file == NULL)
        return -errno;
    fprintf(file, "P6\n%llu %llu\n255\n", (unsigned long long)shared->width,
            (unsigned long long)shared->height);
    for (uint64_t i = 0; error == 0 && i < shared->width * shared->height;
         i++) {
        struct orbit orbit = {.length = 0};
        unsigned char rgb[3];
        bool outside =
            orbit_follow(&orbit, point_of(shared, i), shared->iterations);
        colour(orbit.length, !outside, rgb);
        if (fwrite(rgb, sizeof rgb, 1, file) != 1)
            error = errno;
    }
    if (fclose(file) != 0 && error == 0)
        error = errno;
    return -error;
}

const struct workload workload_mandelbrot = {
    .name = "mandelbrot",
    .summary = "uneven computing: a picture of the Mandelbrot set",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 64,
    .state_bytes = sizeof(struct band),
    .shared_bytes = sizeof(struct mandelbrot_shared),
    .setup = mandelbrot_setup,
    .next = mandelbrot_next,
    .write = mandelbrot_write,
};
