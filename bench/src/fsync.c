/* Loaded into a program that is measured: counts what it makes durable in the file FSYNC_COUNT names, and lets each take at
   least FSYNC_MICROS microseconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static uint64_t own, *count = &own;
static long least;

static long micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("FSYNC_COUNT"), *time = getenv("FSYNC_MICROS");
    int opened = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    void *shared = opened < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    if (shared != MAP_FAILED) count = shared;
    least = time ? atol(time) : 0;
}

static int durable(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    long began = micros(), left;
    int done = real(file);
    __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
    if ((left = least - (micros() - began)) > 0) usleep((useconds_t)left);
    return done;
}

int fsync(int file) { return durable("fsync", file); }
int fdatasync(int file) { return durable("fdatasync", file); }
