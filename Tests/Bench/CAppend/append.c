#define _GNU_SOURCE
#include "append.h"
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

long append_and_sync(const char *path, int cells_in_group, double seconds, double *p50, double *p99) {
    enum { CELL = 8192, MOST = 1 << 20 };
    size_t length = (size_t)cells_in_group * CELL;
    unsigned char *group = malloc(length);
    double *took = malloc(sizeof(double) * MOST);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (group == NULL || took == NULL || file < 0) return -1;
    for (size_t i = 0; i < length; i++) group[i] = (unsigned char)(rand() >> 7);
    long groups = 0;
    double start = now();
    while (now() - start < seconds && groups < MOST) {
        double before = now();
        if (write(file, group, length) != (ssize_t)length || fdatasync(file) != 0) return -1;
        took[groups++] = (now() - before) * 1e6;
    }
    qsort(took, (size_t)groups, sizeof(double), ascending);
    *p50 = took[groups / 2];
    *p99 = took[groups * 99 / 100];
    close(file);
    unlink(path);
    free(group);
    free(took);
    return groups * cells_in_group;
}
