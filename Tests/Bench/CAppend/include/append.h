/// The machine's own limit: appends groups of cells to a file and waits for the disk after each group, for so many seconds.
/// Returns how many cells are on the disk, or -1. `p50` and `p99` are of the groups, in microseconds.
long append_and_sync(const char *path, int cells_in_group, double seconds, double *p50, double *p99);
