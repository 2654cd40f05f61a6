/* Preloaded into calib by tests/scripts/faults_test.py: makes one system call fail.
 *
 * FAULT=CALL:N:ERROR   the Nth CALL (write, fsync, syncfs, rename, close, open, mkdir) fails with errno
 *                      ERROR, or the process is killed before it when ERROR is KILL
 * FAULT=write:N:SHORT  the Nth write takes half of its bytes, as a full disk or a signal makes it
 * FAULT_COUNTS=FILE    how often each was called is written there at the end
 * FAULT_LOG=FILE       "fsync PATH", "syncfs PATH" and "rename FROM TO" are added there as they happen
 *
 * Only what changes files counts: descriptors up to 2 and files opened for reading, or for both (locks and what is
 * kept for a while), do not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITE, FSYNC, SYNCFS, RENAME, CLOSE, OPEN, MKDIR, CALLS };
static const char* const kNames[CALLS] = {"write", "fsync", "syncfs", "rename", "close", "open", "mkdir"};
static atomic_long counts[CALLS];
static long fault_at;
static int fault_call = -1, fault_error;
static int is_short;
static FILE* history;

__attribute__((constructor)) static void read_orders(void) {
  const char* fault = getenv("FAULT");
  const char* log = getenv("FAULT_LOG");
  if (log) history = fopen(log, "w");
  char call[16], error[16];
  if (!fault || sscanf(fault, "%15[^:]:%ld:%15s", call, &fault_at, error) != 3) return;
  for (int i = 0; i < CALLS; ++i)
    if (strcmp(call, kNames[i]) == 0) fault_call = i;
  fault_error = strcmp(error, "ENOSPC") == 0 ? ENOSPC : strcmp(error, "EIO") == 0 ? EIO
                : strcmp(error, "EINTR") == 0 ? EINTR : 0;
  is_short = strcmp(error, "SHORT") == 0;
}

__attribute__((destructor)) static void tell_counts(void) {
  const char* path = getenv("FAULT_COUNTS");
  FILE* file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  for (int i = 0; i < CALLS; ++i) fprintf(file, "%s %ld\n", kNames[i], atomic_load(&counts[i]));
  fclose(file);
}

/* Whether this call is to fail; errno is set then. */
static int fails(int call) {
  const long number = atomic_fetch_add(&counts[call], 1) + 1;
  if (call != fault_call || number != fault_at) return 0;
  if (fault_error == 0) raise(SIGKILL);
  errno = fault_error;
  return 1;
}

static void tell_flush(const char* call, int fd) {
  if (!history) return;
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(name, path, sizeof path - 1);
  fprintf(history, "%s\t%.*s\n", call, size > 0 ? (int)size : 0, path);
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(ssize_t, "write", int, const void*, size_t);
  if (fd > 2 && is_short && atomic_fetch_add(&counts[WRITE], 1) + 1 == fault_at) size = (size + 1) / 2;
  else if (fd > 2 && !is_short && fails(WRITE)) return -1;
  return real(fd, bytes, size);
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  if (fails(FSYNC)) return -1;
  tell_flush("fsync", fd);
  return real(fd);
}
int syncfs(int fd) {
  REAL(int, "syncfs", int);
  if (fails(SYNCFS)) return -1;
  tell_flush("syncfs", fd);
  return real(fd);
}
int rename(const char* from, const char* to) {
  REAL(int, "rename", const char*, const char*);
  if (fails(RENAME)) return -1;
  if (history) fprintf(history, "rename\t%s\t%s\n", from, to);
  return real(from, to);
}
int mkdir(const char* path, mode_t mode) {
  REAL(int, "mkdir", const char*, mode_t);
  return fails(MKDIR) ? -1 : real(path, mode);
}
/* The file is closed even where the call fails, as Linux does. */
int close(int fd) {
  REAL(int, "close", int);
  const int writable = fd > 2 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
  if (!writable || !fails(CLOSE)) return real(fd);
  const int error = errno;
  real(fd);
  errno = error;
  return -1;
}
int open(const char* path, int flags, ...) {
  REAL(int, "open", const char*, int, ...);
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
    if (fails(OPEN)) return -1;
  }
  return real(path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
