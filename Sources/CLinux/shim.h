// What Swift's Glibc module does not show, or shows only through unsafe pointers. Every function here takes and gives
// plain numbers.
#include <malloc.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

// Gives memory that was freed back to the system.
static inline void linux_give_memory_back(void) { malloc_trim(0); }

// No core files, and no reading of this process's memory by others of the same user. 0, or -1.
static inline int linux_forbid_looking_inside(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Raises the number of descriptors this process may have as far as it may, and gives it. 0 if it cannot be known.
static inline uint64_t linux_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

// Whether a socket listens (1) and is one that only this machine reaches (1), a bit each; 0 for anything else.
static inline int linux_listening_socket(int descriptor) {
    int listening = 0;
    socklen_t length = sizeof listening;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening) return 0;
    struct sockaddr_storage address;
    length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return 1;
    switch (address.ss_family) {
    case AF_UNIX: return 3;
    case AF_INET: return (ntohl(((struct sockaddr_in *)&address)->sin_addr.s_addr) >> 24) == 127 ? 3 : 1;
    case AF_INET6: return IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&address)->sin6_addr) ? 3 : 1;
    default: return 1;
    }
}

// fsync(2).
static inline int linux_sync(int descriptor) { return fsync(descriptor); }

// The process ends here and now: nothing is written, closed or waited for.
static inline void linux_end_now(int code) { _exit(code); }

// New files are for their owner alone.
static inline void linux_close_to_others(void) { umask(077); }

// Whether the kernel's clock follows another clock.
static inline int linux_clock_is_synchronized(void) {
    struct timex status = {.modes = 0};
    return adjtimex(&status) != TIME_ERROR;
}
