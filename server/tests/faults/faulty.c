/* Loaded into a program: its database's files (FAULTY_DATABASE, and the log beside it) fail when FAULTY_CONTROL says so, and
   what was made durable of them is kept in the folder FAULTY_DURABLE.

   After a failed fsync the system takes what it covered for written: a later one does not cover it again. So here. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 65536

struct control {
    uint32_t fsync_error, write_error, struck, unused;
    uint8_t dirty[2][PAGES];
};

static struct control own, *control = &own;
static const char *database, *durable;
static int kept[2] = {-1, -1};

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("FAULTY_CONTROL");
    int opened = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    void *shared = opened < 0 ? MAP_FAILED : mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    if (shared != MAP_FAILED) control = shared;
    database = getenv("FAULTY_DATABASE");
    durable = getenv("FAULTY_DURABLE");
}

/* 0 for the database, 1 for its log, -1 for everything else. */
static int which(int file) {
    char link[64], path[PATH_MAX];
    size_t length = database ? strlen(database) : 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t read = length ? readlink(link, path, sizeof path - 1) : -1;
    if (read < (ssize_t)length || read <= 0) return -1;
    path[read] = 0;
    if (strncmp(path, database, length)) return -1;
    return !path[length] ? 0 : !strcmp(path + length, "-wal") ? 1 : -1;
}

static int fails(uint32_t error) {
    if (!error) return 0;
    __atomic_add_fetch(&control->struck, 1, __ATOMIC_SEQ_CST);
    errno = (int)error;
    return 1;
}

static void dirty(int of, off_t from, off_t to) {
    for (off_t page = from / PAGE; page * PAGE < to && page < PAGES; page++)
        __atomic_store_n(&control->dirty[of][page], 1, __ATOMIC_SEQ_CST);
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static ssize_t written(int file, const void *bytes, size_t count, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = next("pwrite64");
    int of = which(file);
    if (of >= 0 && fails(control->write_error)) return -1;
    ssize_t done = real(file, bytes, count, at);
    if (of >= 0 && done > 0) dirty(of, at, at + done);
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return written(file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t at) { return written(file, bytes, count, at); }

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = next("write");
    int of = which(file);
    if (of < 0) return real(file, bytes, count);
    if (fails(control->write_error)) return -1;
    off_t at = lseek(file, 0, SEEK_CUR);
    ssize_t done = real(file, bytes, count);
    if (done > 0) dirty(of, at, at + done);
    return done;
}

static int truncated(int file, off_t length) {
    static int (*real)(int, off_t);
    if (!real) real = next("ftruncate64");
    int of = which(file);
    if (of >= 0) dirty(of, length, (off_t)PAGES * PAGE);
    return real(file, length);
}

int ftruncate(int file, off_t length) { return truncated(file, length); }
int ftruncate64(int file, off_t length) { return truncated(file, length); }

/* Takes over what was written since the last time. */
static void keep(int of, int file) {
    char path[PATH_MAX], bytes[PAGE];
    struct stat now;
    if (kept[of] < 0) {
        snprintf(path, sizeof path, "%s/%d", durable, of);
        kept[of] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    }
    for (off_t page = 0; page < PAGES; page++) {
        if (!control->dirty[of][page] || !__atomic_exchange_n(&control->dirty[of][page], 0, __ATOMIC_SEQ_CST)) continue;
        ssize_t read = pread(file, bytes, PAGE, page * PAGE);
        static ssize_t (*real)(int, const void *, size_t, off_t);
        if (!real) real = next("pwrite64");
        if (read > 0) real(kept[of], bytes, (size_t)read, page * PAGE);
    }
    static int (*cut)(int, off_t);
    if (!cut) cut = next("ftruncate64");
    if (!fstat(file, &now)) cut(kept[of], now.st_size);
}

static int made_durable(const char *name, int file) {
    int (*real)(int) = next(name);
    int of = which(file);
    if (of < 0) return real(file);
    if (fails(control->fsync_error)) {
        for (int page = 0; page < PAGES; page++) __atomic_store_n(&control->dirty[of][page], 0, __ATOMIC_SEQ_CST);
        return -1;
    }
    int done = real(file);
    if (!done && durable) keep(of, file);
    return done;
}

int fsync(int file) { return made_durable("fsync", file); }
int fdatasync(int file) { return made_durable("fdatasync", file); }
