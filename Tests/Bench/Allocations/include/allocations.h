// How often this program asked for memory. Counted by standing in front of the C library's malloc, calloc, realloc and posix_memalign.
#include <stdint.h>
uint64_t allocations_so_far(void);
