// libFuzzer's face for a program that keeps its own main. The library is libclang_rt.fuzzer_no_main; Scripts/fuzz links it.
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*decode)(const uint8_t *start, size_t count));
