/* Where counting starts and ends, told to callgrind from inside the program; nothing outside of it. */
#include <valgrind/callgrind.h>

void marks_start(void);
void marks_end(const char *name);

void marks_start(void)
{
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
}

/* Writes what was counted since the start to a file of its own, under this name. */
void marks_end(const char *name)
{
    CALLGRIND_DUMP_STATS_AT(name);
    CALLGRIND_STOP_INSTRUMENTATION;
}
