"""The C library in native/, as the core sees it. The headers are the contract; this file only repeats it."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "huntgroup/hg_alloc.h" nogil:
    void *hg_calloc_aligned64(size_t bytes) noexcept
    void hg_free(void *block) noexcept


cdef extern from "huntgroup/splitmix.h" nogil:
    uint64_t hg_splitmix64(uint64_t x) noexcept


cdef extern from "huntgroup/bitset.h" nogil:
    uint32_t HG_NONE
    uint32_t hg_lowest_bit(uint64_t word) noexcept


cdef extern from "huntgroup/idle_ring.h" nogil:
    ctypedef struct hg_ring:
        uint64_t *key
        uint32_t *member
        uint64_t *live
        uint32_t capacity
        uint32_t head
        uint32_t tail
        uint32_t live_count
        uint32_t held_count
        uint32_t mark_count
        uint32_t *reopened
        uint32_t carried_count
        uint32_t reopened_count
    int hg_ring_init(hg_ring *ring, uint32_t capacity) noexcept
    void hg_ring_free(hg_ring *ring) noexcept
    int hg_ring_copy(hg_ring *to, const hg_ring *source) noexcept
    bint hg_ring_is_last(const hg_ring *ring, uint64_t key) noexcept
    bint hg_ring_return(hg_ring *ring, uint64_t key, uint32_t member, uint32_t hidden) noexcept
    bint hg_ring_return_simply(hg_ring *ring, uint64_t key, uint32_t member, uint32_t hidden) noexcept
    uint32_t hg_ring_place(hg_ring *ring, uint64_t key, uint32_t member, void *slots, size_t stride) noexcept
    int hg_ring_reserve(hg_ring *ring, void *slots, size_t stride) noexcept
    void hg_ring_hide_live(hg_ring *ring, uint32_t slot) noexcept
    bint hg_ring_hide_simply(hg_ring *ring, uint32_t slot) noexcept
    bint hg_ring_show(hg_ring *ring, uint32_t slot, uint64_t key, uint32_t member) noexcept
    void hg_ring_drop(hg_ring *ring, uint32_t slot) noexcept
    void hg_ring_drop_hidden(hg_ring *ring, uint32_t slot) noexcept
    void hg_ring_reopen(hg_ring *ring, uint32_t slot) noexcept
    int hg_ring_carry(hg_ring *ring, uint32_t columns) noexcept
    uint64_t *hg_ring_carried(const hg_ring *ring, uint32_t k) noexcept
    uint32_t hg_ring_agent(const hg_ring *ring, uint32_t slot) noexcept
    uint32_t hg_ring_next(const hg_ring *ring, uint32_t start) noexcept
    int hg_ring_reserve_marks(hg_ring *ring, uint32_t count) noexcept
    uint32_t hg_ring_mark(const hg_ring *ring, uint32_t id) noexcept
    void hg_ring_set_mark(hg_ring *ring, uint32_t id, uint32_t slot) noexcept
    void hg_ring_forget_marks(hg_ring *ring) noexcept
    void hg_ring_clear(hg_ring *ring) noexcept
    bint hg_ring_validate(const hg_ring *ring, const void *slots, size_t stride, const char **reason) noexcept


cdef extern from "huntgroup/kernels.h" nogil:
    uint32_t hg_first_match(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                            uint32_t start, uint32_t to) noexcept
    uint32_t hg_first_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                                const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t start,
                                uint32_t to) noexcept
    const char *hg_kernels_name(uint32_t k) noexcept
    const char *hg_kernels_in_use() noexcept
    bint hg_kernels_use(const char *name) noexcept


cdef extern from "huntgroup/wait_queue.h" nogil:
    ctypedef struct hg_wait_node:
        int64_t key
        int64_t queued_at_ns
        int64_t id
        uint32_t left
        uint32_t right
        uint32_t parent
        uint32_t size
    void hg_wait_insert(uint32_t *root, void *nodes, size_t stride, uint32_t row) noexcept
    void hg_wait_remove(uint32_t *root, void *nodes, size_t stride, uint32_t row) noexcept
    uint32_t hg_wait_first(uint32_t root, const void *nodes, size_t stride) noexcept
    uint32_t hg_wait_next(const void *nodes, size_t stride, uint32_t row) noexcept
    uint32_t hg_wait_rank(const void *nodes, size_t stride, uint32_t row) noexcept
    bint hg_wait_less(const void *nodes, size_t stride, uint32_t a, uint32_t b) noexcept
    bint hg_wait_validate(uint32_t root, const void *nodes, size_t stride, const char **reason) noexcept


cdef extern from "huntgroup/wait_heap.h" nogil:
    ctypedef struct hg_wait_entry:
        uint32_t row
        uint32_t tag

    void hg_wait_heap_push(hg_wait_entry *entries, uint32_t count, const void *nodes, size_t stride,
                           hg_wait_entry entry) noexcept
    hg_wait_entry hg_wait_heap_pop(hg_wait_entry *entries, uint32_t count, const void *nodes,
                                   size_t stride) noexcept


cdef extern from "huntgroup/links.h" nogil:
    ctypedef struct hg_links:
        uint32_t next
        uint32_t prev

    void hg_links_push(uint32_t *head, void *links, size_t stride, uint32_t row) noexcept
    void hg_links_remove(uint32_t *head, void *links, size_t stride, uint32_t row) noexcept


cdef extern from "huntgroup/order.h" nogil:
    ctypedef int hg_order_rule(void *context, uint32_t x, uint32_t y) noexcept

    uint32_t hg_order_select(uint32_t *list, uint32_t count, uint32_t k, const void *keys,
                             size_t stride) noexcept
    void hg_order_sort(uint32_t *list, uint32_t count, hg_order_rule *rule, void *context) noexcept


cdef extern from "huntgroup/wide.h" nogil:
    int hg_wide_less(uint64_t a, uint64_t b, uint64_t x, uint64_t y) noexcept
    uint32_t hg_gcd(uint32_t a, uint32_t b) noexcept


cdef extern from "huntgroup/timer_wheel.h" nogil:
    ctypedef struct hg_timer:
        int64_t at_ns
        int64_t id
        uint32_t next
        uint32_t prev
        uint32_t owner
        uint16_t bucket
        uint8_t kind
        uint8_t state
    ctypedef struct hg_wheel:
        int64_t now_ns
        int64_t earliest_ns
        uint32_t count
    int hg_wheel_init(hg_wheel *wheel, int64_t now_ns) noexcept
    void hg_wheel_free(hg_wheel *wheel) noexcept
    int hg_wheel_copy(hg_wheel *to, const hg_wheel *source) noexcept
    void hg_wheel_arm(hg_wheel *wheel, hg_timer *timers, uint32_t timer) noexcept
    void hg_wheel_cancel(hg_wheel *wheel, hg_timer *timers, uint32_t timer) noexcept
    uint32_t hg_wheel_pop(hg_wheel *wheel, hg_timer *timers, int64_t until_ns) noexcept
    int64_t hg_wheel_next(const hg_wheel *wheel, const hg_timer *timers) noexcept
    bint hg_wheel_validate(const hg_wheel *wheel, const hg_timer *timers, const char **reason) noexcept


cdef extern from "huntgroup/hours.h" nogil:
    int64_t HG_NEVER
    ctypedef struct hg_offset:
        int64_t from_s
        int64_t offset_s
        int64_t wall_until_s
    ctypedef struct hg_minutes:
        uint16_t opens
        uint16_t closes
    ctypedef struct hg_open_day:
        int32_t day
        uint32_t start
        uint32_t count
    ctypedef struct hg_hours:
        const hg_offset *offsets
        const hg_open_day *days
        const hg_minutes *minutes
        uint32_t offset_count
        uint32_t day_count
        hg_open_day week[7]
    bint hg_hours_is_open(const hg_hours *hours, int64_t at_ns) noexcept
    int64_t hg_hours_next_change(const hg_hours *hours, int64_t at_ns) noexcept
    int64_t hg_hours_between(const hg_hours *hours, int64_t from_ns, int64_t to_ns) noexcept
    int64_t hg_hours_after(const hg_hours *hours, int64_t from_ns, int64_t open_ns) noexcept


cdef extern from "huntgroup/id_table.h" nogil:
    ctypedef struct hg_id_place:
        pass
    ctypedef struct hg_ids:
        uint32_t capacity
        uint32_t count
    int hg_ids_init(hg_ids *ids, uint32_t capacity) noexcept
    void hg_ids_free(hg_ids *ids) noexcept
    int hg_ids_copy(hg_ids *to, const hg_ids *source) noexcept
    int hg_ids_reserve(hg_ids *ids, uint32_t count) noexcept
    void hg_ids_put(hg_ids *ids, int64_t id, uint32_t row) noexcept
    uint32_t hg_ids_get(const hg_ids *ids, int64_t id) noexcept
    void hg_ids_remove(hg_ids *ids, int64_t id) noexcept
