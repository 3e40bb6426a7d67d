/* A layer of files that fails on demand and keeps a log of what was written, below everything in a process:
 * Python, SQLite, DuckDB. Loaded by LD_PRELOAD; see faulty_files.py, which shares `struct control`.
 *
 * Calls that change something below the watched folder are counted. The `at`-th of those that a fault
 * is about fails so (and, where `lasting`, all after it), and each that did anything is appended to the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, CUT, SYNC, RENAME, UNLINK, FOLDER, NOTE, SYNC_FAILED };
enum { NO_FAULT, FULL, BROKEN, SHORT, SYNC_BROKEN, SYNC_LOST, SYNC_SLOW, RENAME_BROKEN, OPEN_FULL };

struct control {
    char root[4096];
    uint32_t recording, fault, lasting, slow_us;
    int64_t at;      /* counted down at each call that the fault is about; it strikes at 0 */
    int64_t struck;  /* how often it did */
};
struct record {
    uint32_t kind, path_length, other_length, data_length;
    uint64_t inode, offset;
};

static struct control *control;
static int log_fd = -1;
static size_t root_length;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *shared = getenv("FAULTY_FILES"), *log = getenv("FAULTY_FILES_LOG");
    if (!shared || !log) return;
    REAL(int, open, const char *, int, ...);
    int fd = real_open(shared, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REAL(int, close, int);
    real_close(fd);
    if (at == MAP_FAILED) return;
    control = at;
    root_length = strlen(control->root);
    log_fd = real_open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int below(const char *path) {
    return control && !strncmp(path, control->root, root_length) &&
           (path[root_length] == '/' || path[root_length] == 0);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* The absolute path of what is named, its last part left as it is: it may not be there. */
static int path_at(int folder, const char *name, char *path) {
    if (!control) return 0;
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
    } else if (folder == AT_FDCWD) {
        if (!getcwd(path, PATH_MAX)) return 0;
        size_t length = strlen(path);
        snprintf(path + length, PATH_MAX - length, "/%s", name);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, path, PATH_MAX - 1);
        if (length < 0) return 0;
        snprintf(path + length, PATH_MAX - length, "/%s", name);
    }
    return below(path);
}

static int watched_fd(int fd, char *path, struct stat *what) {
    int before = errno;
    int yes = control && fstat(fd, what) == 0 && (S_ISREG(what->st_mode) || S_ISDIR(what->st_mode)) &&
              path_of(fd, path);
    errno = before;
    return yes;
}

static void note(uint32_t kind, const char *path, const char *other, uint64_t inode, uint64_t offset,
                 const void *data, size_t length) {
    if (!control->recording || log_fd < 0) return;
    int before = errno;
    struct record head = {kind, strlen(path), strlen(other), length, inode, offset};
    struct iovec parts[4] = {{&head, sizeof head},
                             {(void *)path, head.path_length},
                             {(void *)other, head.other_length},
                             {(void *)data, length}};
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (real_writev(log_fd, parts, 4) < 0) abort();
    errno = before;
}

void faulty_files_note(const char *text) {
    if (control) note(NOTE, "", "", 0, 0, text, strlen(text));
}

/* Whether a fault strikes here. */
static int strikes(uint32_t fault) {
    if (!control || control->fault != fault) return 0;
    if (control->at < 0 && !control->lasting) return 0;
    if (control->at-- > 0) return 0;
    control->struck++;
    return 1;
}

#define LOCKED(path, fd) \
    char path[PATH_MAX]; struct stat what; \
    int watched = watched_fd(fd, path, &what); \
    if (watched) pthread_mutex_lock(&lock)
#define UNLOCKED(result) \
    do { int kept = errno; if (watched) pthread_mutex_unlock(&lock); errno = kept; return result; } while (0)

/* How much of so many bytes is to be written: none and errno, half of it, or all. */
static ssize_t allowed(size_t length) {
    if (strikes(FULL)) { errno = ENOSPC; return -1; }
    if (strikes(BROKEN)) { errno = EIO; return -1; }
    if (strikes(SHORT) && length > 1) return length / 2;
    return length;
}

ssize_t write(int fd, const void *data, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    LOCKED(path, fd);
    if (!watched) return real_write(fd, data, length);
    ssize_t some = allowed(length);
    if (some >= 0) {
        int end = fcntl(fd, F_GETFL) & O_APPEND;
        off_t offset = end ? what.st_size : lseek(fd, 0, SEEK_CUR);
        some = real_write(fd, data, some);
        if (some > 0) note(WRITE, path, "", what.st_ino, offset, data, some);
    }
    UNLOCKED(some);
}

static ssize_t pwrite_any(int fd, const void *data, size_t length, off_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
    LOCKED(path, fd);
    if (!watched) return real_pwrite64(fd, data, length, offset);
    ssize_t some = allowed(length);
    if (some >= 0) {
        some = real_pwrite64(fd, data, some, offset);
        if (some > 0) note(WRITE, path, "", what.st_ino, offset, data, some);
    }
    UNLOCKED(some);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return pwrite_any(fd, data, length, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    return pwrite_any(fd, data, length, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    char path[PATH_MAX];
    struct stat what;
    if (!watched_fd(fd, path, &what)) return real_writev(fd, parts, count);
    ssize_t done = 0;
    for (int n = 0; n < count; n++) {
        ssize_t some = write(fd, parts[n].iov_base, parts[n].iov_len);
        if (some < 0) return done ? done : some;
        done += some;
        if ((size_t)some < parts[n].iov_len) break;
    }
    return done;
}
/* What a copy in the kernel would do, through write: so that it is seen, and fails as that does. */
ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
    REAL(ssize_t, sendfile, int, int, off_t *, size_t);
    char path[PATH_MAX], data[65536];
    struct stat what;
    if (!watched_fd(to, path, &what)) return real_sendfile(to, from, offset, length);
    ssize_t some = length < sizeof data ? length : sizeof data;
    some = offset ? pread(from, data, some, *offset) : read(from, data, some);
    if (some <= 0) return some;
    ssize_t done = write(to, data, some);
    if (done > 0 && offset) *offset += done;
    return done;
}
ssize_t sendfile64(int to, int from, off_t *offset, size_t length) { return sendfile(to, from, offset, length); }
ssize_t copy_file_range(int from, off_t *in, int to, off_t *out, size_t length, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off_t *, int, off_t *, size_t, unsigned);
    char path[PATH_MAX];
    struct stat what;
    if (!watched_fd(to, path, &what)) return real_copy_file_range(from, in, to, out, length, flags);
    errno = EXDEV;
    return -1;
}

static int cut_any(int fd, off_t length) {
    REAL(int, ftruncate64, int, off_t);
    LOCKED(path, fd);
    if (!watched) return real_ftruncate64(fd, length);
    int result = real_ftruncate64(fd, length);
    if (!result) note(CUT, path, "", what.st_ino, length, "", 0);
    UNLOCKED(result);
}
int ftruncate(int fd, off_t length) { return cut_any(fd, length); }
int ftruncate64(int fd, off_t length) { return cut_any(fd, length); }

static int allocate(int fd, off_t offset, off_t length) {
    REAL(int, posix_fallocate64, int, off_t, off_t);
    LOCKED(path, fd);
    if (!watched) return real_posix_fallocate64(fd, offset, length);
    int result = strikes(FULL) ? ENOSPC : real_posix_fallocate64(fd, offset, length);
    if (!result && offset + length > what.st_size)
        note(CUT, path, "", what.st_ino, offset + length, "", 0);
    UNLOCKED(result);
}
int posix_fallocate(int fd, off_t offset, off_t length) { return allocate(fd, offset, length); }
int posix_fallocate64(int fd, off_t offset, off_t length) { return allocate(fd, offset, length); }

/* Holes are a thing of their own in a log of writes: files do without. */
int fallocate(int fd, int mode, off_t offset, off_t length) {
    REAL(int, fallocate, int, int, off_t, off_t);
    char path[PATH_MAX];
    struct stat what;
    if (!watched_fd(fd, path, &what)) return real_fallocate(fd, mode, offset, length);
    errno = EOPNOTSUPP;
    return -1;
}

static int sync_any(int fd, int all) {
    REAL(int, fsync, int);
    REAL(int, fdatasync, int);
    LOCKED(path, fd);
    if (!watched) return all ? real_fsync(fd) : real_fdatasync(fd);
    int result = 0;
    if (strikes(SYNC_BROKEN)) {
        note(SYNC_FAILED, path, "", what.st_ino, 0, "", 0);
        errno = EIO;
        result = -1;
    } else if (!strikes(SYNC_LOST)) {
        note(SYNC, path, "", what.st_ino, 0, "", 0);
    }
    unsigned slow = strikes(SYNC_SLOW) ? control->slow_us : 0;
    int kept = errno;
    pthread_mutex_unlock(&lock);
    if (slow) usleep(slow);
    errno = kept;
    return result;
}
int fsync(int fd) { return sync_any(fd, 1); }
int fdatasync(int fd) { return sync_any(fd, 0); }

static int open_any(int folder, const char *name, int flags, mode_t mode) {
    REAL(int, openat64, int, const char *, int, ...);
    char path[PATH_MAX];
    int before = errno;
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_at(folder, name, path)) {
        errno = before;
        return real_openat64(folder, name, flags, mode);
    }
    pthread_mutex_lock(&lock);
    struct stat what;
    int there = lstat(path, &what) == 0;
    int fd = -1;
    errno = before;
    if (!there && strikes(OPEN_FULL)) errno = ENOSPC;
    else fd = real_openat64(folder, name, flags, mode);
    int kept = errno;
    if (fd >= 0 && fstat(fd, &what) == 0) {
        if (!there) note(CREATE, path, "", what.st_ino, 0, "", 0);
        else if (flags & O_TRUNC) note(CUT, path, "", what.st_ino, 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return fd;
}
#define MODE(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return open_any(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return open_any(folder, name, flags, mode); }

int renameat(int from, const char *old, int to, const char *new) {
    REAL(int, renameat, int, const char *, int, const char *);
    char path[PATH_MAX], other[PATH_MAX];
    if (!path_at(from, old, path) || !path_at(to, new, other)) return real_renameat(from, old, to, new);
    pthread_mutex_lock(&lock);
    int result = -1;
    if (strikes(RENAME_BROKEN)) errno = EIO;
    else result = real_renameat(from, old, to, new);
    if (!result) note(RENAME, path, other, 0, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}
int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int unlinkat(int folder, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char path[PATH_MAX];
    if (!path_at(folder, name, path)) return real_unlinkat(folder, name, flags);
    pthread_mutex_lock(&lock);
    int result = real_unlinkat(folder, name, flags);
    if (!result) note(UNLINK, path, "", 0, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
    int result = unlink(name);
    return result && errno == EISDIR ? rmdir(name) : result;
}
int mkdirat(int folder, const char *name, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char path[PATH_MAX];
    struct stat what;
    if (!path_at(folder, name, path)) return real_mkdirat(folder, name, mode);
    pthread_mutex_lock(&lock);
    int result = real_mkdirat(folder, name, mode);
    int kept = errno;
    if (!result && stat(path, &what) == 0) note(FOLDER, path, "", what.st_ino, 0, "", 0);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }
