/* SPDX-License-Identifier: MIT */
/*
 * Numbers as people read them. Three digits are more than any of our intervals
 * deserves, and few enough to compare at a glance. printf follows the locale,
 * which this program leaves at "C", so equal numbers make equal bytes.
 */
#include "harness/report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

char *words_number(double value, char text[WORDS_NUMBER])
{
    if (isnan(value)) {
        snprintf(text, WORDS_NUMBER, "?");
        return text;
    }
    if (fabs(value) < 5e-5) {
        snprintf(text, WORDS_NUMBER, "0");
        return text;
    }
    /* The bounds round up: 9.995 prints as 10.0, with three digits as well. */
    int decimals = 2;
    for (double bound = 9.995; decimals > 0 && fabs(value) >= bound;
         bound *= 10)
        decimals--;
    for (double bound = 0.9995; decimals < 6 && fabs(value) < bound;
         bound /= 10)
        decimals++;
    if (fabs(value) < 1e15)
        snprintf(text, WORDS_NUMBER, "%.*f", decimals, value);
    else
        snprintf(text, WORDS_NUMBER, "%.3g", value);
    return text;
}

char *words_times(double ratio, char text[WORDS_NUMBER])
{
    snprintf(text, WORDS_NUMBER, "%.*f", ratio < 9.95 ? 1 : 0, ratio);
    return text;
}

char *words_count(uint64_t count, char text[WORDS_NUMBER])
{
    if (count < 10000)
        snprintf(text, WORDS_NUMBER, "%" PRIu64, count);
    else if (count < 1000000)
        snprintf(text, WORDS_NUMBER, "%" PRIu64 " %03" PRIu64, count / 1000,
                 count % 1000);
    else
        snprintf(text, WORDS_NUMBER, "%" PRIu64 " %03" PRIu64 " %03" PRIu64,
                 count / 1000000, count / 1000 % 1000, count % 1000);
    return text;
}

char *words_interval(double value, double low, double high,
                     char text[WORDS_INTERVAL])
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER], c[WORDS_NUMBER];
    words_number(value, a);
    if (isnan(low) || isnan(high))
        snprintf(text, WORDS_INTERVAL, "%s", a);
    else
        snprintf(text, WORDS_INTERVAL, "%s [%s, %s]", a, words_number(low, b),
                 words_number(high, c));
    return text;
}

static void write_name(FILE *out, const char *name)
{
    for (; *name != '\0'; name++)
        fputc(*name == '_' ? ' ' : *name, out);
}

void words_names(FILE *out, const char *const *names, size_t n)
{
    if (n > 3) {
        fprintf(out, "%zu models", n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            fputs(i + 1 < n ? ", " : " and ", out);
        write_name(out, names[i]);
    }
}

size_t words_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80; /* not inside UTF-8 */
    return width;
}

void words_paragraph(FILE *out, const char *text, size_t columns, size_t indent)
{
    size_t at = indent; /* columns used in this line */
    while (*(text += strspn(text, " \n")) != '\0') {
        size_t length = strcspn(text, " \n");
        if (at > indent && at + 1 + length > columns) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        }
        fprintf(out, "%s%.*s", at > indent ? " " : "", (int)length, text);
        at += (at > indent ? 1 : 0) + length;
        text += length;
    }
    fputc('\n', out);
}
