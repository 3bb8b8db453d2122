// The kernel's keyring of a user: add_key(2), keyctl(2). The one place of this module where bytes go in and out: from guarded
// memory to the kernel and back, without a copy that somebody would have to wipe. CallboxCrypto alone calls it.
//
// A key is made in the keyring of this process, where it may be given its permissions, and only then linked to the user's: in
// a session without a link to the user's keyring (cron, some containers) a key made there could not be read again.
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    LINUX_PROCESS_KEYRING = -2, LINUX_USER_KEYRING = -4,                                        // KEY_SPEC_…
    LINUX_KEY_REVOKE = 3, LINUX_KEY_PERMISSIONS = 5, LINUX_KEY_LINK = 8, LINUX_KEY_UNLINK = 9,  // KEYCTL_…
    LINUX_KEY_SEARCH = 10, LINUX_KEY_READ = 11, LINUX_KEY_TIMEOUT = 15,
    // Its possessor may do anything; this user may see, read, find and revoke it; nobody else anything.
    LINUX_KEY_FOR_USER = 0x3f0f0000,
};

// Keeps bytes under a name for so many seconds, in the place of what was there under it. 0, or -1.
static inline int linux_keyring_keep(const char *name, const uint8_t *bytes, size_t count, uint32_t seconds) {
    long key = syscall(SYS_add_key, "user", name, bytes, count, LINUX_PROCESS_KEYRING);
    if (key < 0) return -1;
    // The end of its time before anybody can find it: what is in the user's keyring always has one.
    int kept = syscall(SYS_keyctl, LINUX_KEY_TIMEOUT, key, seconds) == 0 &&
               syscall(SYS_keyctl, LINUX_KEY_PERMISSIONS, key, LINUX_KEY_FOR_USER) == 0 &&
               syscall(SYS_keyctl, LINUX_KEY_LINK, key, LINUX_USER_KEYRING) == 0;
    if (!kept) syscall(SYS_keyctl, LINUX_KEY_REVOKE, key);
    syscall(SYS_keyctl, LINUX_KEY_UNLINK, key, LINUX_PROCESS_KEYRING);
    return kept ? 0 : -1;
}

// Fills `bytes` with exactly `count` bytes that are kept under a name. 0, or -1 when there are none to be had.
static inline int linux_keyring_read(const char *name, uint8_t *bytes, size_t count) {
    long key = syscall(SYS_keyctl, LINUX_KEY_SEARCH, LINUX_USER_KEYRING, "user", name, 0);
    if (key < 0) return -1;
    long length = syscall(SYS_keyctl, LINUX_KEY_READ, key, bytes, count);
    return length >= 0 && (size_t)length == count ? 0 : -1;
}

// Revokes what is kept under a name, so that the kernel wipes it. 0 when nothing can be read under it any more, or -1.
static inline int linux_keyring_revoke(const char *name) {
    long key = syscall(SYS_keyctl, LINUX_KEY_SEARCH, LINUX_USER_KEYRING, "user", name, 0);
    if (key < 0) return 0;
    long revoked = syscall(SYS_keyctl, LINUX_KEY_REVOKE, key);
    long unlinked = syscall(SYS_keyctl, LINUX_KEY_UNLINK, key, LINUX_USER_KEYRING);
    return revoked == 0 || unlinked == 0 ? 0 : -1;
}
