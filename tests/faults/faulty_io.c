/* Preloaded into calib by tests/scripts/faults_test.py: makes one system call fail.
 *
 * FAULT=CALL:N:ERROR   the Nth CALL (write, fsync, syncfs, rename, close, open, mkdir) fails with errno
 *                      ERROR, or the process is killed before it when ERROR is KILL
 * FAULT_COUNTS=FILE    how often each was called is written there at the end
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

__attribute__((constructor)) static void read_orders(void) {
  const char* fault = getenv("FAULT");
  char call[16], error[16];
  if (!fault || sscanf(fault, "%15[^:]:%ld:%15s", call, &fault_at, error) != 3) return;
  for (int i = 0; i < CALLS; ++i)
    if (strcmp(call, kNames[i]) == 0) fault_call = i;
  fault_error = strcmp(error, "ENOSPC") == 0 ? ENOSPC : strcmp(error, "EIO") == 0 ? EIO
                : strcmp(error, "EINTR") == 0 ? EINTR : 0;
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

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(ssize_t, "write", int, const void*, size_t);
  return fd > 2 && fails(WRITE) ? -1 : real(fd, bytes, size);
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  return fails(FSYNC) ? -1 : real(fd);
}
int syncfs(int fd) {
  REAL(int, "syncfs", int);
  return fails(SYNCFS) ? -1 : real(fd);
}
int rename(const char* from, const char* to) {
  REAL(int, "rename", const char*, const char*);
  return fails(RENAME) ? -1 : real(from, to);
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
