/*
 * A library to be preloaded (LD_PRELOAD) into a process whose file-system calls are to be counted, or one of them to
 * be made to fail. It stands between the process and libc: every call that changes something below the given
 * directories is written to a log, and the chosen one is answered with an error, or ends the process, instead of
 * being done. The program under test knows nothing of it.
 *
 *   FAULT_ROOTS    directories, separated by ':'; calls elsewhere pass
 *   FAULT_LOG      file to which each call is appended: "<operation>\t<path>\n"
 *   FAULT_OP       the operation of the chosen call
 *   FAULT_PATH     extended regular expression of its whole path, relative to its root
 *   FAULT_NTH      which of the calls that match, from 1
 *   FAULT_KIND     KILL, TORN (a write of half of the bytes, then KILL), EIO, ENOSPC or EACCES
 *
 * ENOSPC stays: what needs space fails from then on, and the write that meets it is short first, as on a full disk.
 * The log has "!" before the operation of the call that was chosen, and of those that fail after it for want of space.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define LONGEST (2 * PATH_MAX)

enum kind { NONE, KILL, TORN, FAIL };
/** What becomes of a call. SHORT: of a write, half of the bytes. */
enum verdict { PASS, SHORT, REFUSED };

static struct {
  const char *roots, *op;
  regex_t path;
  long nth, seen;
  enum kind kind;
  int error, log;
  /** The disk is full from now on. */
  int full;
} state;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static long (*raw)(long, ...);

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    fprintf(stderr, "inject: libc has no %s\n", name);
    abort();
  }
  return found;
}

static void broken(const char *what) {
  fprintf(stderr, "inject: %s\n", what);
  abort();
}

static void choose_kind(const char *kind) {
  if (kind == NULL) return;
  state.kind = FAIL;
  if (strcmp(kind, "KILL") == 0) state.kind = KILL;
  else if (strcmp(kind, "TORN") == 0) state.kind = TORN;
  else if (strcmp(kind, "EIO") == 0) state.error = EIO;
  else if (strcmp(kind, "ENOSPC") == 0) state.error = ENOSPC;
  else if (strcmp(kind, "EACCES") == 0) state.error = EACCES;
  else broken("FAULT_KIND is unknown");
}

static void begin(void) {
  raw = next("syscall");
  state.roots = getenv("FAULT_ROOTS");
  if (state.roots == NULL) return;
  const char *log = getenv("FAULT_LOG");
  if (log == NULL) broken("FAULT_LOG is missing");
  state.log = raw(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (state.log < 0) broken("FAULT_LOG can't be opened");
  state.op = getenv("FAULT_OP");
  if (state.op == NULL) return;
  const char *path = getenv("FAULT_PATH"), *nth = getenv("FAULT_NTH");
  if (path == NULL || nth == NULL) broken("FAULT_PATH or FAULT_NTH is missing");
  if (regcomp(&state.path, path, REG_EXTENDED | REG_NOSUB) != 0) broken("FAULT_PATH is no regular expression");
  state.nth = atol(nth);
  choose_kind(getenv("FAULT_KIND"));
}

/* Paths */

static ssize_t link_of(int fd, char *out) {
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = raw(SYS_readlinkat, AT_FDCWD, name, out, LONGEST - 1);
  if (length >= 0) out[length] = '\0';
  return length;
}

/** Takes "//", "." and ".." out of an absolute path. */
static void tidy(char *path) {
  char *to = path;
  for (char *from = path; *from != '\0';) {
    while (*from == '/') from++;
    size_t length = strcspn(from, "/");
    if (length == 2 && from[0] == '.' && from[1] == '.') {
      while (to > path && *--to != '/');
    } else if (length > 0 && !(length == 1 && from[0] == '.')) {
      *to++ = '/';
      memmove(to, from, length);
      to += length;
    }
    from += length;
  }
  *to = '\0';
}

static int absolute(int dirfd, const char *path, char *out) {
  if (path == NULL) return 0;
  char base[LONGEST] = "";
  if (path[0] != '/') {
    if (dirfd == AT_FDCWD) {
      if (getcwd(base, sizeof base) == NULL) return 0;
    } else if (link_of(dirfd, base) < 0) {
      return 0;
    }
  }
  if (snprintf(out, LONGEST, "%s/%s", base, path) >= LONGEST) return 0;
  tidy(out);
  return 1;
}

/** The part of a path below one of the roots ("." for a root itself); NULL outside of them. */
static const char *below(const char *path) {
  for (const char *root = state.roots; *root != '\0';) {
    size_t length = strcspn(root, ":");
    if (strncmp(path, root, length) == 0) {
      if (path[length] == '/') return path + length + 1;
      if (path[length] == '\0') return ".";
    }
    root += length + (root[length] == ':');
  }
  return NULL;
}

/* The verdict on a call */

static int needs_space(const char *op) {
  static const char *const ops[] = {"create", "write", "mkdir", "symlink", "link", "allocate", "copy"};
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    if (strcmp(op, ops[i]) == 0) return 1;
  return 0;
}

static void note(const char *mark, const char *op, const char *path) {
  char line[LONGEST + 64];
  int length = snprintf(line, sizeof line, "%s%s\t%s\n", mark, op, path);
  if (raw(SYS_write, state.log, line, length) != length) broken("FAULT_LOG can't be written");
}

static void end(void) {
  raw(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static enum verdict strike(int can_be_short) {
  if (state.kind == KILL) end();
  if (state.kind == TORN) {
    if (can_be_short) return SHORT;
    end();
  }
  state.full = state.error == ENOSPC;
  if (state.full && can_be_short) return SHORT;
  errno = state.error;
  return REFUSED;
}

/** Notes a call on a path below a root, and says what becomes of it; errno is set where it is refused. */
static enum verdict judge_path(const char *op, const char *whole, int can_be_short) {
  const char *path = below(whole);
  if (path == NULL) return PASS;
  pthread_mutex_lock(&mutex);
  int chosen = state.kind != NONE && strcmp(op, state.op) == 0 && regexec(&state.path, path, 0, NULL, 0) == 0 &&
               ++state.seen == state.nth;
  int refused = !chosen && state.full && needs_space(op);
  note(chosen || refused ? "!" : "", op, path);
  enum verdict verdict = chosen ? strike(can_be_short) : refused ? REFUSED : PASS;
  pthread_mutex_unlock(&mutex);
  if (refused) errno = ENOSPC;
  return verdict;
}

static enum verdict judge_at(const char *op, int dirfd, const char *path) {
  pthread_once(&once, begin);
  char whole[LONGEST];
  if (state.roots == NULL || !absolute(dirfd, path, whole)) return PASS;
  int saved = errno;
  enum verdict verdict = judge_path(op, whole, 0);
  if (verdict == PASS) errno = saved;
  return verdict;
}

static enum verdict judge_fd(const char *op, int fd, int can_be_short) {
  pthread_once(&once, begin);
  char whole[LONGEST];
  if (state.roots == NULL || fd < 0 || link_of(fd, whole) < 0) return PASS;
  return judge_path(op, whole, can_be_short);
}

/** A call that takes two names is one on the place that it makes, or else on the one that it takes from. */
static enum verdict judge_two(const char *op, int from_fd, const char *from, int to_fd, const char *to) {
  pthread_once(&once, begin);
  char whole[LONGEST];
  if (state.roots == NULL || !absolute(to_fd, to, whole)) return PASS;
  return below(whole) != NULL ? judge_at(op, to_fd, to) : judge_at(op, from_fd, from);
}

/* Opening */

static int open_at(int dirfd, const char *path, int flags, mode_t mode) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  if (writes) {
    int creates = (flags & O_CREAT) != 0 && faccessat(dirfd, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    if (judge_at(creates ? "create" : "open", dirfd, path) == REFUSED) return -1;
  }
  static int (*real)(int, const char *, int, ...);
  if (real == NULL) real = next("openat64");
  return real(dirfd, path, flags, mode);
}

static mode_t mode_of(int flags, va_list list) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

#define OPEN(name)                                        \
  EXPORT int name(const char *path, int flags, ...) {     \
    va_list list;                                         \
    va_start(list, flags);                                \
    mode_t mode = mode_of(flags, list);                   \
    va_end(list);                                         \
    return open_at(AT_FDCWD, path, flags, mode);          \
  }
#define OPENAT(name)                                            \
  EXPORT int name(int dirfd, const char *path, int flags, ...) { \
    va_list list;                                               \
    va_start(list, flags);                                      \
    mode_t mode = mode_of(flags, list);                         \
    va_end(list);                                               \
    return open_at(dirfd, path, flags, mode);                   \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
EXPORT int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
EXPORT int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
EXPORT int __openat_2(int dirfd, const char *path, int flags) { return open_at(dirfd, path, flags, 0); }
EXPORT int __openat64_2(int dirfd, const char *path, int flags) { return open_at(dirfd, path, flags, 0); }
EXPORT int creat(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
EXPORT int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/** Defines a function that is passed on to libc's, unless the verdict (an expression) refuses the call. */
#define WRAP(type, name, parameters, arguments, verdict) \
  EXPORT type name parameters {                          \
    static type(*real) parameters;                       \
    if (real == NULL) real = next(#name);                \
    if ((verdict) == REFUSED) return -1;                 \
    return real arguments;                               \
  }

/* Writing: `arguments` has `size` bytes, which can be halved. */

static size_t half(enum verdict verdict, size_t size) { return verdict == SHORT ? size / 2 : size; }

static void end_if_torn(enum verdict verdict) {
  if (verdict == SHORT && state.kind == TORN) end();
}

#define WRITE(name, parameters, arguments)                   \
  EXPORT ssize_t name parameters {                           \
    static ssize_t(*real) parameters;                        \
    if (real == NULL) real = next(#name);                    \
    enum verdict verdict = judge_fd("write", fd, size > 1);  \
    if (verdict == REFUSED) return -1;                       \
    size = half(verdict, size);                              \
    ssize_t written = real arguments;                        \
    end_if_torn(verdict);                                    \
    return written;                                          \
  }
WRITE(write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
WRITE(pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
WRITE(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))

/** Of several pieces the first half is written, at least one. */
#define WRITE_PIECES(name, parameters, arguments)            \
  EXPORT ssize_t name parameters {                           \
    static ssize_t(*real) parameters;                        \
    if (real == NULL) real = next(#name);                    \
    enum verdict verdict = judge_fd("write", fd, count > 1); \
    if (verdict == REFUSED) return -1;                       \
    count = (int)half(verdict, (size_t)count);               \
    ssize_t written = real arguments;                        \
    end_if_torn(verdict);                                    \
    return written;                                          \
  }
WRITE_PIECES(writev, (int fd, const struct iovec *pieces, int count), (fd, pieces, count))
WRITE_PIECES(pwritev, (int fd, const struct iovec *pieces, int count, off_t at), (fd, pieces, count, at))
WRITE_PIECES(pwritev64, (int fd, const struct iovec *pieces, int count, off64_t at), (fd, pieces, count, at))

WRAP(ssize_t, copy_file_range, (int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags),
     (in, from, out, to, size, flags), judge_fd("copy", out, 0))
WRAP(ssize_t, sendfile, (int out, int in, off_t *from, size_t size), (out, in, from, size), judge_fd("copy", out, 0))
WRAP(ssize_t, sendfile64, (int out, int in, off64_t *from, size_t size), (out, in, from, size),
     judge_fd("copy", out, 0))

/** libuv asks for copy_file_range by its number. */
EXPORT long syscall(long number, ...) {
  pthread_once(&once, begin);
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_copy_file_range && judge_fd("copy", (int)a[2], 0) == REFUSED) return -1;
  return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Sizes and durability */

WRAP(int, ftruncate, (int fd, off_t size), (fd, size), judge_fd("truncate", fd, 0))
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size), judge_fd("truncate", fd, 0))
WRAP(int, truncate, (const char *path, off_t size), (path, size), judge_at("truncate", AT_FDCWD, path))
WRAP(int, truncate64, (const char *path, off64_t size), (path, size), judge_at("truncate", AT_FDCWD, path))
WRAP(int, fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size), judge_fd("allocate", fd, 0))
WRAP(int, fallocate64, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size),
     judge_fd("allocate", fd, 0))
WRAP(int, fsync, (int fd), (fd), judge_fd("sync", fd, 0))
WRAP(int, fdatasync, (int fd), (fd), judge_fd("sync", fd, 0))

/** Returns the error instead of setting errno. */
#define POSIX_FALLOCATE(name, offset)                      \
  EXPORT int name(int fd, offset at, offset size) {        \
    static int (*real)(int, offset, offset);               \
    if (real == NULL) real = next(#name);                  \
    if (judge_fd("allocate", fd, 0) == REFUSED) return errno; \
    return real(fd, at, size);                             \
  }
POSIX_FALLOCATE(posix_fallocate, off_t)
POSIX_FALLOCATE(posix_fallocate64, off64_t)

/* Names */

WRAP(int, rename, (const char *from, const char *to), (from, to), judge_two("rename", AT_FDCWD, from, AT_FDCWD, to))
WRAP(int, renameat, (int from_fd, const char *from, int to_fd, const char *to), (from_fd, from, to_fd, to),
     judge_two("rename", from_fd, from, to_fd, to))
WRAP(int, renameat2, (int from_fd, const char *from, int to_fd, const char *to, unsigned flags),
     (from_fd, from, to_fd, to, flags), judge_two("rename", from_fd, from, to_fd, to))
WRAP(int, link, (const char *from, const char *to), (from, to), judge_two("link", AT_FDCWD, from, AT_FDCWD, to))
WRAP(int, linkat, (int from_fd, const char *from, int to_fd, const char *to, int flags),
     (from_fd, from, to_fd, to, flags), judge_two("link", from_fd, from, to_fd, to))
WRAP(int, symlink, (const char *target, const char *path), (target, path), judge_at("symlink", AT_FDCWD, path))
WRAP(int, symlinkat, (const char *target, int dirfd, const char *path), (target, dirfd, path),
     judge_at("symlink", dirfd, path))
WRAP(int, unlink, (const char *path), (path), judge_at("unlink", AT_FDCWD, path))
WRAP(int, unlinkat, (int dirfd, const char *path, int flags), (dirfd, path, flags),
     judge_at((flags & AT_REMOVEDIR) != 0 ? "rmdir" : "unlink", dirfd, path))
WRAP(int, remove, (const char *path), (path), judge_at("unlink", AT_FDCWD, path))
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), judge_at("mkdir", AT_FDCWD, path))
WRAP(int, mkdirat, (int dirfd, const char *path, mode_t mode), (dirfd, path, mode), judge_at("mkdir", dirfd, path))
WRAP(int, rmdir, (const char *path), (path), judge_at("rmdir", AT_FDCWD, path))
WRAP(int, mkstemp, (char *path), (path), judge_at("create", AT_FDCWD, path))
WRAP(int, mkstemp64, (char *path), (path), judge_at("create", AT_FDCWD, path))
WRAP(int, mkostemp, (char *path, int flags), (path, flags), judge_at("create", AT_FDCWD, path))
WRAP(int, mkostemp64, (char *path, int flags), (path, flags), judge_at("create", AT_FDCWD, path))

EXPORT char *mkdtemp(char *path) {
  static char *(*real)(char *);
  if (real == NULL) real = next("mkdtemp");
  return judge_at("mkdir", AT_FDCWD, path) == REFUSED ? NULL : real(path);
}

/* Modes, owners and times */

WRAP(int, chmod, (const char *path, mode_t mode), (path, mode), judge_at("chmod", AT_FDCWD, path))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), judge_fd("chmod", fd, 0))
WRAP(int, fchmodat, (int dirfd, const char *path, mode_t mode, int flags), (dirfd, path, mode, flags),
     judge_at("chmod", dirfd, path))
WRAP(int, chown, (const char *path, uid_t user, gid_t group), (path, user, group), judge_at("chown", AT_FDCWD, path))
WRAP(int, lchown, (const char *path, uid_t user, gid_t group), (path, user, group),
     judge_at("chown", AT_FDCWD, path))
WRAP(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group), judge_fd("chown", fd, 0))
WRAP(int, utimes, (const char *path, const struct timeval times[2]), (path, times),
     judge_at("utime", AT_FDCWD, path))
WRAP(int, futimens, (int fd, const struct timespec times[2]), (fd, times), judge_fd("utime", fd, 0))
WRAP(int, utimensat, (int dirfd, const char *path, const struct timespec times[2], int flags),
     (dirfd, path, times, flags), judge_at("utime", dirfd, path))
