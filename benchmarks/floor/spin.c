/* Arithmetic in registers, for the benchmark of threads. It shares nothing with another core, memory least of
 * all, so two threads of it show what the machine gives to two threads at best. */
#include <stdint.h>

/* `count` steps of a generator (Marsaglia's xorshift), each of which needs the one before; its last state. */
uint64_t spin(uint64_t count, uint64_t state)
{
    for (uint64_t k = 0; k < count; k++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    return state;
}
