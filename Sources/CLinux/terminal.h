// A person's terminal, and what else the command needs of the system. Every function here takes and gives plain numbers.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// Reads up to seven bytes: how many is in the topmost byte, the first one in the lowest. 0 at the end, UINT64_MAX on failure.
static inline uint64_t linux_read_some(int descriptor) {
    unsigned char bytes[7];
    ssize_t count;
    do count = read(descriptor, bytes, sizeof bytes);
    while (count < 0 && errno == EINTR);
    if (count < 0) return UINT64_MAX;
    uint64_t packed = (uint64_t)count << 56;
    for (ssize_t i = 0; i < count; i++) packed |= (uint64_t)bytes[i] << (8 * i);
    __builtin_memset(bytes, 0, sizeof bytes);
    __asm__ volatile("" : : "r"(bytes) : "memory");
    return packed;
}

// Whether reading would not wait: something is there, or the end.
static inline int linux_is_readable(int descriptor) {
    struct pollfd wanted = {descriptor, POLLIN, 0};
    return poll(&wanted, 1, 0) > 0;
}

// Columns in the upper half, rows in the lower; 0 when it is no terminal, or one that does not say.
static inline uint32_t linux_terminal_size(int descriptor) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return (uint32_t)size.ws_col << 16 | size.ws_row;
}

// How far local time is ahead of UTC then, in seconds.
static inline int64_t linux_seconds_east(int64_t then) {
    time_t time = (time_t)then;
    struct tm local;
    return localtime_r(&time, &local) ? local.tm_gmtoff : 0;
}

// Whether a file is kept in memory, not on a disk (it may still be swapped).
static inline int linux_is_in_memory(int descriptor) {
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 && (status.f_type == 0x01021994 || status.f_type == (long)0x858458f6);
}

// The terminal while it is not as it was found. What follows is for one Swift file alone, callbox's SystemTerminal.swift: every object file that
// uses it has variables of its own.
static volatile sig_atomic_t linux_changed = -1, linux_is_live = 0, linux_bell = -1;

// As it was found, and who had each signal before. Inside of functions, for Swift emits no structures that stand outside.
static inline struct termios *linux_found(void) {
    static struct termios found;
    return &found;
}
static inline struct sigaction *linux_former(int signal) {
    static struct sigaction former[65];
    return &former[signal];
}

static inline void linux_terminal_write(const char *text) {
    size_t length = __builtin_strlen(text);
    if (write(linux_changed, text, length) < 0) return;
}

// As it was found. Safe in a signal handler.
static inline void linux_terminal_restore(void) {
    if (linux_changed < 0) return;
    if (linux_is_live) linux_terminal_write("\033[?2004l");
    tcsetattr(linux_changed, TCSADRAIN, linux_found());
    linux_changed = -1;
    linux_is_live = 0;
}

// Puts the terminal right, then lets the signal do what it would have done.
static inline void linux_terminal_dying(int signal, siginfo_t *cause, void *context) {
    (void)context;
    if (linux_changed >= 0) {
        int was_live = linux_is_live;
        // SIGTERM is how `callbox lock` ends a chat: nothing of it stays on the screen.
        if (was_live && signal == SIGTERM) linux_terminal_write("\033[H\033[2J\033[3J");
        else if (was_live) linux_terminal_write("\r\n");
        if (was_live && signal == SIGTERM)
            linux_terminal_write("Callbox was locked or ended from outside. What you have sent is kept; what you were still writing is not.\r\n");
        linux_terminal_restore();
        if (!was_live && signal == SIGINT && write(2, "\n", 1) < 0) return;
    }
    sigaction(signal, linux_former(signal), 0);
    // A fault happens again by itself when this returns; what somebody has sent would not.
    if (cause->si_code <= 0 || signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGQUIT) raise(signal);
}

static inline void linux_terminal_ring(int signal) {
    int before = errno;
    uint64_t one = 1;
    (void)signal;
    if (write(linux_bell, &one, sizeof one) < 0) errno = before;
    errno = before;
}

// Takes the terminal over until `linux_terminal_restore`, or the end of the process, whatever ends it. `live` 0: what is typed is not shown. 1: every
// key comes at once, and pasted text comes marked. 0, or -1 when it is no terminal.
static inline int linux_terminal_take(int descriptor, int live) {
    struct termios modes;
    if (tcgetattr(descriptor, &modes) != 0) return -1;
    if (linux_changed < 0) *linux_found() = modes;
    static const int deadly[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
    struct sigaction action;
    __builtin_memset(&action, 0, sizeof action);
    action.sa_sigaction = linux_terminal_dying;
    action.sa_flags = SA_SIGINFO;
    for (unsigned i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        struct sigaction former;
        if (sigaction(deadly[i], &action, &former) == 0 && former.sa_sigaction != linux_terminal_dying)
            *linux_former(deadly[i]) = former;
    }
    modes = *linux_found();
    modes.c_lflag &= ~(tcflag_t)ECHO;
    if (live) {
        modes.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON | ISTRIP);
        modes.c_lflag &= ~(tcflag_t)(ICANON | ISIG | IEXTEN);
        modes.c_cc[VMIN] = 1;
        modes.c_cc[VTIME] = 0;
    } else {
        modes.c_lflag |= ECHONL;
    }
    linux_changed = descriptor;
    linux_is_live = live;
    // Flushing: what was typed before the question is no answer to it.
    if (tcsetattr(descriptor, live ? TCSADRAIN : TCSAFLUSH, &modes) != 0) return -1;
    if (live) linux_terminal_write("\033[?2004h");
    return 0;
}

// A descriptor that becomes readable when the terminal's size changes or the process is continued after a stop; -1 when there is none.
static inline int linux_terminal_bell(void) {
    if (linux_bell < 0) linux_bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action;
    __builtin_memset(&action, 0, sizeof action);
    action.sa_handler = linux_terminal_ring;
    action.sa_flags = SA_RESTART;
    if (linux_bell < 0 || sigaction(SIGWINCH, &action, 0) != 0 || sigaction(SIGCONT, &action, 0) != 0) return -1;
    return linux_bell;
}

// Makes the bell quiet again.
static inline int linux_eventfd_take(int descriptor) {
    eventfd_t count;
    return eventfd_read(descriptor, &count);
}

// The editor that runs. Whoever ends this process meanwhile ends the editor, and this process goes on, for it has a message to wipe. What
// is typed to end something (SIGINT, SIGQUIT) the editor is told by the terminal itself.
static volatile sig_atomic_t linux_editor = 0;
static inline void linux_editor_told(int signal) {
    if (linux_editor > 0 && (signal == SIGTERM || signal == SIGHUP)) kill(linux_editor, signal);
}

// Lets the person's editor ($VISUAL, $EDITOR, vi) write the file behind a descriptor. Its exit code, or -1 when it could not be run.
static inline int linux_edit(int descriptor) {
    char name[32], path[4096];
    static const int told[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct sigaction action, former[sizeof told / sizeof *told];
    __builtin_memset(&action, 0, sizeof action);
    action.sa_handler = linux_editor_told;
    for (unsigned i = 0; i < sizeof told / sizeof *told; i++) sigaction(told[i], &action, &former[i]);
    pid_t child = fork();
    if (child == 0) {
        // The thread that works here may have all signals blocked, and the editor would inherit that.
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, 0);
        char *digits = name + sizeof name;
        *--digits = 0;
        for (int rest = descriptor; rest > 0 || !*digits; rest /= 10) *--digits = (char)('0' + rest % 10);
        char link[64] = "/proc/self/fd/";
        __builtin_strcpy(link + 14, digits);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length <= 0) _exit(127);
        path[length] = 0;
        execl("/bin/sh", "sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$0\"", path, (char *)0);
        _exit(127);
    }
    linux_editor = child;
    int status = -1, ended = child < 0 ? -1 : 0;
    while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) {}
    linux_editor = 0;
    for (unsigned i = 0; i < sizeof told / sizeof *told; i++) sigaction(told[i], &former[i], 0);
    return ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
