/* SPDX-License-Identifier: MIT */
/*
 * A chart of characters. All bars begin at zero and share one scale, so their
 * lengths may be compared; what is too short for a character shows none.
 */
#include "harness/report/bars.h"

#include <math.h>

#include "harness/report/chart_text.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/session.h"

enum { LONGEST = 40 };

static double median_of(const struct view *view, const struct estimate *row)
{
    return view_value(view, row, &view->aspect->first, row->location.median);
}

static bool is_in(const struct view *view, const struct estimate *row,
                  unsigned panel)
{
    return view_point(view, row)->panel == panel &&
           chart_has_figures(view, row);
}

/* "threads", or "threads 16" in a sweep. */
static void write_name(const struct point *point, char *text, size_t room)
{
    char x[WORDS_NUMBER];

    if (point->x > 0)
        snprintf(text, room, "%s %s", point->label, words_count(point->x, x));
    else
        snprintf(text, room, "%s", point->label);
}

void bars_print(FILE *out, const struct view *view, unsigned panel)
{
    static const char marks[LONGEST + 1] =
        "########################################";
    char name[128], number[WORDS_NUMBER];
    double most = 0;
    size_t widest = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (!is_in(view, row, panel))
            continue;
        write_name(view_point(view, row), name, sizeof(name));
        most = fmax(most, median_of(view, row));
        widest = words_width(name) > widest ? words_width(name) : widest;
    }
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (!is_in(view, row, panel))
            continue;
        write_name(view_point(view, row), name, sizeof(name));
        fprintf(out, "  %*s%s |%.*s %s %s\n", (int)(widest - words_width(name)),
                "", name, (int)lround(LONGEST * median_of(view, row) / most),
                marks, words_number(median_of(view, row), number),
                view->aspect->first.unit);
    }
}
