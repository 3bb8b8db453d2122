// What a client does with the files of its home, where Swift would need pointers. Plain numbers go in and come out: a
// descriptor of the folder, and which of its files is meant; errno, or 0.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The files that have one name. Keep in step with `HomeFile`.
static inline const char *linux_home_file(int file) {
    return file == 0 ? "vault" : file == 1 ? "vault.new" : "lock";
}

// Puts vault.new in the place of vault, and vault in the place of vault.new, in one step (renameat2 with RENAME_EXCHANGE, 2):
// what is replaced can be put back until the folder is known to be on the disk. EINVAL where the file system cannot do it.
static inline int linux_home_exchange(int folder) {
    return syscall(SYS_renameat2, folder, linux_home_file(1), folder, linux_home_file(0), 2) == 0 ? 0 : errno;
}

// Puts vault.new in the place of vault, which is gone then, or where none is.
static inline int linux_home_replace(int folder) {
    return renameat(folder, linux_home_file(1), folder, linux_home_file(0)) == 0 ? 0 : errno;
}

// Removes one of the files that have one name.
static inline int linux_home_remove(int folder, int file) {
    return unlinkat(folder, linux_home_file(file), 0) == 0 ? 0 : errno;
}

// Removes the file in which a process said that it has a chat open.
static inline int linux_home_remove_chat(int folder, int process) {
    char name[32];
    snprintf(name, sizeof name, "chat-%d.lock", process);
    return unlinkat(folder, name, 0) == 0 ? 0 : errno;
}

// fdatasync(2): for what was written over, where nothing else about the file matters.
static inline int linux_sync_data(int descriptor) { return fdatasync(descriptor); }

// Waits for so many milliseconds.
static inline void linux_wait(int milliseconds) {
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
}

// Locks a whole file for its descriptor (flock), if nobody else has it: 0, EWOULDBLOCK when somebody has, or another errno.
static inline int linux_lock(int descriptor) {
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        if (errno != EINTR) return errno;
    return 0;
}

// Gives such a lock back.
static inline void linux_unlock(int descriptor) { flock(descriptor, LOCK_UN); }

// Locks a whole file for this process (a record lock, of which the kernel tells who has it): 0, or errno.
static inline int linux_hold(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_SETLK, &lock) == 0 ? 0 : errno;
}

// The process that holds a file so: 0 when nobody does, -1 when it cannot be known.
static inline int linux_holder(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_GETLK, &lock) != 0) return -1;
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid > 0 ? lock.l_pid : -1;
}

// Asks a process to end, also one that is stopped; or ends it without asking.
static inline void linux_end_process(int process, int at_once) {
    if (process <= 1) return;
    kill(process, at_once ? SIGKILL : SIGTERM);
    kill(process, SIGCONT);
}

// This process, and whose it is.
static inline int linux_process(void) { return getpid(); }
static inline uint32_t linux_user(void) { return geteuid(); }
